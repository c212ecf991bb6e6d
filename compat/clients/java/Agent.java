import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.AppInfoParser;

/** The agent of kafka-clients: requests from standard input, answers to standard output, one JSON object a line. */
public class Agent {
    interface Method {
        Object call(JsonNode params) throws Exception;
    }

    static final ObjectMapper json = new ObjectMapper();
    private static final PrintStream output = new PrintStream(System.out, false, StandardCharsets.UTF_8);

    public static void main(String[] arguments) throws Exception {
        String bootstrap = arguments[0];
        Map<String, Method> methods = new TreeMap<>();
        new AdminMethods(bootstrap).addTo(methods);
        new ClusterMethods(bootstrap).addTo(methods);
        new RecordMethods(bootstrap).addTo(methods);
        new TransactionMethods(bootstrap).addTo(methods);
        new MemberMethods(bootstrap).addTo(methods);
        new SecurityMethods().addTo(methods);
        new CopyMethods(bootstrap).addTo(methods);
        say(Map.of("ready", true, "version", AppInfoParser.getVersion()));
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            JsonNode request = json.readTree(line);
            new Thread(() -> answer(request, methods.get(request.get("method").asText()))).start();
        }
        Runtime.getRuntime().halt(0);
    }

    private static void answer(JsonNode request, Method method) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("id", request.get("id").asInt());
        try {
            answer.put("result", method.call(request.get("params")));
        } catch (Throwable error) {
            answer.put("error", describe(error));
        }
        say(answer);
    }

    static Map<String, Object> describe(Throwable error) {
        Throwable cause = error instanceof ExecutionException && error.getCause() != null ? error.getCause() : error;
        Errors known = Errors.forException(cause);
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("message", cause.getClass().getSimpleName() + ": " + cause.getMessage());
        if (known != Errors.UNKNOWN_SERVER_ERROR) said.put("code", known.code());
        return said;
    }

    static synchronized void say(Map<String, ?> message) {
        try {
            output.println(json.writeValueAsString(message));
            output.flush();
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static void tell(String event, Map<String, ?> rest) {
        Map<String, Object> message = new LinkedHashMap<>(rest);
        message.put("event", event);
        say(message);
    }
}
