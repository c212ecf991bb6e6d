import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Exit;

/**
 * Apache Kafka's tools in one Java that lives on, since each start of Java takes a second: a call a line on standard
 * input, with class, arguments and standard input; an answer a line, with exit code, standard output and standard error.
 */
public class Tools {
    /** The tool has called for its end. What it does from here on, it would not have come to do. */
    static class Ended extends Error {
        Ended(String message) {
            super(message, null, false, false);
        }
    }

    /** A stream that goes elsewhere for each call: some classes keep the System.out that they found first. */
    static class Switched extends OutputStream {
        private OutputStream target = OutputStream.nullOutputStream();

        @Override
        public synchronized void write(int one) {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            try {
                target.write(bytes, offset, length);
            } catch (java.io.IOException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        synchronized void to(OutputStream other) {
            target = other;
        }
    }

    private static final ObjectMapper json = new ObjectMapper();
    private static final Switched out = new Switched();
    private static final Switched err = new Switched();

    public static void main(String[] arguments) throws Exception {
        PrintStream answers = System.out;
        InputStream calls = System.in;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        catchSystemExit();
        BufferedReader lines = new BufferedReader(new InputStreamReader(calls, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            answers.println(json.writeValueAsString(run(json.readTree(line))));
            answers.flush();
        }
        Runtime.getRuntime().halt(0);
    }

    /** argparse4j ends Java by itself. Only what is deprecated can keep it from that. */
    @SuppressWarnings({"removal", "deprecation"})
    private static void catchSystemExit() {
        java.security.Policy.setPolicy(new java.security.Policy() {
            @Override
            public boolean implies(java.security.ProtectionDomain domain, java.security.Permission permission) {
                return true;
            }
        });
        System.setSecurityManager(new SecurityManager() {
            @Override
            public void checkExit(int status) {
                Exit.exit(status);
            }

            @Override
            public void checkPermission(java.security.Permission permission) {
            }
        });
    }

    private static Map<String, ?> run(JsonNode call) throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        ByteArrayOutputStream complained = new ByteArrayOutputStream();
        List<Runnable> hooks = new ArrayList<>();
        int[] status = {-1};
        out.to(printed);
        err.to(complained);
        System.setIn(new ByteArrayInputStream(call.get("input").asText().getBytes(StandardCharsets.UTF_8)));
        Exit.Procedure end = (code, message) -> {
            synchronized (status) {
                if (status[0] < 0) {
                    status[0] = code;
                    out.to(OutputStream.nullOutputStream());
                    err.to(OutputStream.nullOutputStream());
                }
            }
            throw new Ended(message);
        };
        Exit.setExitProcedure(end);
        Exit.setHaltProcedure(end);
        Exit.setShutdownHookAdder((name, hook) -> hooks.add(hook));
        String[] args = json.convertValue(call.get("args"), String[].class);
        Thread tool = new Thread(() -> {
            try {
                Class.forName(call.get("class").asText()).getMethod("main", String[].class).invoke(null, (Object) args);
            } catch (InvocationTargetException thrown) {
                if (!(thrown.getCause() instanceof Ended)) {
                    System.err.println("Exception in thread \"main\" " + thrown.getCause());
                    if (status[0] < 0) status[0] = 1;
                }
            } catch (ReflectiveOperationException impossible) {
                throw new IllegalStateException(impossible);
            }
        });
        tool.start();
        tool.join(call.get("timeoutMs").asLong());
        boolean late = tool.isAlive();
        if (late) tool.interrupt();
        // Where a tool has called for its end, its hooks are what Java would run still.
        out.to(printed);
        err.to(complained);
        for (Runnable hook : hooks) {
            Thread last = new Thread(hook);
            last.start();
            last.join(10_000);
        }
        System.out.flush();
        System.err.flush();
        out.to(OutputStream.nullOutputStream());
        err.to(OutputStream.nullOutputStream());
        return Map.of(
            "exitCode", late ? -1 : Math.max(status[0], 0),
            "stdout", printed.toString(StandardCharsets.UTF_8),
            "stderr", complained.toString(StandardCharsets.UTF_8));
    }
}
