// The arguments by which the newer tools reach a cluster: its brokers, or, which ours does not have apart, its controllers.

import type { Client } from '../../client/index.ts'
import type { Terminal } from '../command.ts'
import { propertiesFile, withCluster } from './connection.ts'
import type { ArgumentDeclaration, GivenArguments } from './options/argparse.ts'
import { ToolError } from './tool.ts'

type Short = { readonly server?: string; readonly controller?: string }

export function connectionArguments({ server, controller }: Short = {}): {
  readonly 'bootstrap-server': ArgumentDeclaration
  readonly 'bootstrap-controller': ArgumentDeclaration
} {
  return {
    'bootstrap-server': {
      value: 'BOOTSTRAP_SERVER',
      about: 'Brokers to ask first, as host:port, divided by commas.',
      ...(server === undefined ? {} : { short: server }),
    },
    'bootstrap-controller': {
      value: 'BOOTSTRAP_CONTROLLER',
      about: 'KRaft controllers to ask first, as host:port, divided by commas.',
      ...(controller === undefined ? {} : { short: controller }),
    },
  }
}
export const connectionOneOf = ['bootstrap-server', 'bootstrap-controller'] as const

export async function connectionOf<T>(
  given: GivenArguments,
  { config, ...rest }: { readonly config: string | undefined; readonly firstCall: string; readonly terminal: Terminal },
  run: (client: Client) => Promise<T>,
): Promise<T> {
  const properties = await propertiesFile(config)
  const bootstrap = given.text('bootstrap-server')
  if (bootstrap === undefined)
    throw new ToolError('--bootstrap-controller is not served: ask the brokers, by --bootstrap-server')
  return withCluster({ bootstrap, clientId: 'adminclient-1', properties, ...rest }, run)
}
