// --bootstrap-server as some of the tools look at it before they use it.

const address = /^(?:[0-9a-zA-Z\-%._]*:\/\/)?\[?[0-9a-zA-Z\-%._:]*\]?:\d+$/

/** What is wrong with it, if anything is. */
export function bootstrapFault(servers: string | undefined): string | undefined {
  if (servers === undefined || servers.trim() === '') return 'Error while validating the bootstrap address\n'
  return servers.split(',').every(server => address.test(server))
    ? undefined
    : 'Please provide valid host:port like host1:9091,host2:9092\n'
}
