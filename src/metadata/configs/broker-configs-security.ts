// Authorisation, principals, TLS and delegation tokens.

import { any, atLeast, config, listOf, oneOf } from './definition.ts'

// oxfmt-ignore
export const securityConfigs = {
  'authorizer.class.name':                     config('STRING',   '',                        any),
  'security.providers':                        config('STRING',   null,                      any),
  'principal.builder.class':                   config('CLASS',    'org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder', any,                     'per-broker'),
  'ssl.client.auth':                           config('STRING',   'none',                    oneOf('required', 'requested', 'none'), 'per-broker'),
  'ssl.principal.mapping.rules':               config('STRING',   'DEFAULT',                 any),
  'ssl.allow.dn.changes':                      config('BOOLEAN',  false,                     any),
  'ssl.allow.san.changes':                     config('BOOLEAN',  false,                     any),
  'ssl.protocol':                              config('STRING',   'TLSv1.3',                 any,                     'per-broker'),
  'ssl.provider':                              config('STRING',   null,                      any,                     'per-broker'),
  'ssl.enabled.protocols':                     config('LIST',     'TLSv1.2,TLSv1.3',         listOf(),                'per-broker'),
  'ssl.keystore.type':                         config('STRING',   'JKS',                     any,                     'per-broker'),
  'ssl.keystore.location':                     config('STRING',   null,                      any,                     'per-broker'),
  'ssl.keystore.password':                     config('PASSWORD', null,                      any,                     'per-broker'),
  'ssl.key.password':                          config('PASSWORD', null,                      any,                     'per-broker'),
  'ssl.keystore.key':                          config('PASSWORD', null,                      any,                     'per-broker'),
  'ssl.keystore.certificate.chain':            config('PASSWORD', null,                      any,                     'per-broker'),
  'ssl.truststore.type':                       config('STRING',   'JKS',                     any,                     'per-broker'),
  'ssl.truststore.location':                   config('STRING',   null,                      any,                     'per-broker'),
  'ssl.truststore.password':                   config('PASSWORD', null,                      any,                     'per-broker'),
  'ssl.truststore.certificates':               config('PASSWORD', null,                      any,                     'per-broker'),
  'ssl.keymanager.algorithm':                  config('STRING',   'SunX509',                 any,                     'per-broker'),
  'ssl.trustmanager.algorithm':                config('STRING',   'PKIX',                    any,                     'per-broker'),
  'ssl.endpoint.identification.algorithm':     config('STRING',   'https',                   any,                     'per-broker'),
  'ssl.secure.random.implementation':          config('STRING',   null,                      any,                     'per-broker'),
  'ssl.cipher.suites':                         config('LIST',     '',                        listOf(),                'per-broker'),
  'ssl.engine.factory.class':                  config('CLASS',    null,                      any,                     'per-broker'),
  'delegation.token.secret.key':               config('PASSWORD', null,                      any),
  'delegation.token.max.lifetime.ms':          config('LONG',     604_800_000,               atLeast(1)),
  'delegation.token.expiry.time.ms':           config('LONG',     86_400_000,                atLeast(1)),
  'delegation.token.expiry.check.interval.ms': config('LONG',     3_600_000,                 atLeast(1)),
} as const
