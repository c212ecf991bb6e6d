// millrace completion: what bash, zsh and fish need in order to complete commands, actions and options.

import { UserError } from '../../base/index.ts'
import { command, commonOptions, type Command, type Option } from '../command.ts'
import { commands } from '../commands.ts'

export default command({
  name: 'completion',
  usage: 'bash | zsh | fish',
  options: {},
  words: { min: 1, max: 1 },
  examples: [
    'source <(millrace completion bash)      # in ~/.bashrc',
    'source <(millrace completion zsh)       # in ~/.zshrc',
    'millrace completion fish > ~/.config/fish/completions/millrace.fish',
  ],
  async run(_given, [shell], terminal) {
    const write = Object.hasOwn(shells, shell!) ? shells[shell!] : undefined
    if (write === undefined)
      throw new UserError('USAGE', `there are completions for ${Object.keys(shells).join(', ')}, not for '${shell}'`)
    const all = Object.values(commands).map(async ({ about, load }) => completable((await load()).default, about))
    terminal.out(write(await Promise.all(all)))
    return 0
  },
})

interface Completable {
  readonly name: string
  readonly about: string
  /** Words that may come first, as `describe` in `topics describe`. */
  readonly actions: readonly string[]
  readonly options: readonly { readonly name: string; readonly about: string; readonly takesValue: boolean }[]
}
function completable({ name, usage, options }: Command, about: string): Completable {
  const all = Object.entries({ ...options, ...commonOptions } as { readonly [name: string]: Option })
  return {
    name,
    about,
    actions: actionsIn(usage),
    options: all.map(([name, { about, value }]) => ({ name, about, takesValue: value !== undefined })),
  }
}
/** Of '[list | describe TOPIC… | …]' the words in lower case that begin an alternative. */
const actionsIn = (usage: string): string[] =>
  usage.includes('|')
    ? usage
        .replace(/^\[|\]$/g, '')
        .split('|')
        .flatMap(part => /^\s*([a-z][a-z-]*)\b/.exec(part)?.[1] ?? [])
    : []

const shells: Readonly<Record<string, (commands: readonly Completable[]) => string>> = {
  bash: commands =>
    [
      '_millrace() {',
      '  local word=${COMP_WORDS[COMP_CWORD]} words',
      `  if [ "$COMP_CWORD" -eq 1 ]; then words="${commands.map(({ name }) => name).join(' ')}"`,
      '  else case ${COMP_WORDS[1]} in',
      ...commands.map(
        ({ name, actions, options }) =>
          `    ${name}) words="${[...actions, ...options.map(option => `--${option.name}`)].join(' ')}" ;;`,
      ),
      '  esac; fi',
      '  COMPREPLY=($(compgen -W "$words" -- "$word"))',
      '}',
      'complete -o default -F _millrace millrace',
    ].join('\n'),

  zsh: commands =>
    [
      '#compdef millrace',
      '_millrace() {',
      '  if (( CURRENT == 2 )); then',
      '    local -a commands=(',
      ...commands.map(({ name, about }) => `      ${quoted(`${name}:${about}`)}`),
      '    )',
      "    _describe 'command' commands",
      '  else case $words[2] in',
      ...commands.map(({ name, actions, options }) => {
        const specs = options.map(option =>
          quoted(
            `--${option.name}${option.takesValue ? '=' : ''}[${option.about.replaceAll(/[[\]]/g, '')}]${option.takesValue ? ': : ' : ''}`,
          ),
        )
        const first = actions.length > 0 ? [quoted(`2: :(${actions.join(' ')})`)] : []
        return `    ${name}) _arguments ${[...first, ...specs, "'*: :_files'"].join(' ')} ;;`
      }),
      '  esac; fi',
      '}',
      'compdef _millrace millrace',
    ].join('\n'),

  fish: commands =>
    commands
      .flatMap(({ name, about, actions, options }) => [
        `complete -c millrace -n __fish_use_subcommand -f -a ${name} -d ${quoted(about)}`,
        ...(actions.length > 0
          ? [`complete -c millrace -n '__fish_seen_subcommand_from ${name}' -f -a '${actions.join(' ')}'`]
          : []),
        ...options.map(
          option =>
            `complete -c millrace -n '__fish_seen_subcommand_from ${name}' -l ${option.name}${option.takesValue ? ' -r' : ''} -d ${quoted(option.about)}`,
        ),
      ])
      .join('\n'),
}
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`
