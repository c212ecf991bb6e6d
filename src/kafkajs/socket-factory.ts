// Sockets that an application makes itself (`socketFactory`): through a proxy, mostly.

import type { NodeSocket, Receiver, Socket, Sockets } from '../base/index.ts'
import type { ISocketFactory, KafkaConfig } from './types/config.ts'

export function factorySockets(factory: ISocketFactory, ssl: KafkaConfig['ssl'], sockets: Sockets): Sockets {
  return {
    listen: (options, accept) => sockets.listen(options, accept),
    connect: ({ host, port, timeoutMs }) =>
      new Promise<Socket>((resolve, reject) => {
        const node = factory({
          host,
          port,
          // kafkajs hands over what it was given, whatever the type says.
          ssl: (ssl === true ? {} : ssl) as Exclude<KafkaConfig['ssl'], boolean | undefined>,
          onConnect: () => {
            node.off('error', reject).setTimeout(0)
            resolve(socketOf(node, `${host}:${port}`))
          },
        })
        node.once('error', reject)
        if (timeoutMs !== undefined)
          node.setTimeout(timeoutMs, () => {
            node.destroy()
            reject(Object.assign(new Error('Connection timeout'), { code: 'ETIMEDOUT' }))
          })
      }),
  }
}

function socketOf(node: NodeSocket, remote: string): Socket {
  let failure: Error | undefined
  node.setNoDelay(true)
  node.on('error', error => (failure = error))
  return {
    remote,
    receive(receiver: Receiver) {
      node.on('data', (bytes: Buffer) => {
        for (let at = 0; at < bytes.length;) {
          const size = bytes.copy(receiver.buffer(), 0, at)
          at += size
          receiver.received(size)
        }
      })
      node.once('close', () => receiver.closed(failure))
    },
    write(buffers, done) {
      node.cork()
      for (const [i, buffer] of buffers.entries())
        node.write(buffer, i === buffers.length - 1 ? error => done?.(error ?? undefined) : undefined)
      node.uncork()
    },
    pause: () => void node.pause(),
    resume: () => void node.resume(),
    end: () => void node.end(),
    destroy: () => void node.destroy(),
  }
}
