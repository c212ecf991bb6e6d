// Every API that is declared, by key. Which of them a broker serves is the broker's to say.
export { produce } from './produce.ts'
export { fetch } from './fetch.ts'
export { metadata } from './metadata.ts'
export { apiVersions } from './api-versions.ts'
export { initProducerId } from './init-producer-id.ts'
