// What a schema of zod, valibot, arktype and others has in common (standardschema.dev): the specification's types, of which
// a library may declare the part that it uses.

export interface StandardSchema<In = unknown, Out = In> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult<Out> | Promise<SchemaResult<Out>>
    readonly types?: { readonly input: In; readonly output: Out } | undefined
  }
}
export type SchemaResult<Out> =
  | { readonly value: Out; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] }
export interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}
export type SchemaInput<S extends StandardSchema> = NonNullable<S['~standard']['types']>['input']
export type SchemaOutput<S extends StandardSchema> = NonNullable<S['~standard']['types']>['output']

/** What the schema makes of the value. Throws a TypeError that names each place and what is wrong there. */
export function validated<Out>(schema: StandardSchema<unknown, Out>, value: unknown): Out {
  const result = schema['~standard'].validate(value)
  if (result instanceof Promise) {
    result.catch(() => {})
    throw new TypeError('the schema validates asynchronously: the schema of a topic must not')
  }
  if (result.issues === undefined) return result.value
  throw new TypeError(result.issues.map(told).join('; '))
}
function told({ message, path = [] }: SchemaIssue): string {
  const place = path.map(step => String(typeof step === 'object' ? step.key : step)).join('.')
  return place === '' ? message : `${place}: ${message}`
}
