// The cluster's metadata as brokers use it: the newest image, and the decisions that change it.
//
//   wish ──▶ decide(image) ──▶ records ──▶ append (compare-and-set, synced) ──▶ apply ──▶ outcome, and the subscribers
//               ▲                              │
//               └── read what others wrote ────┴─ conflict
//
// Wishes that come while an append is under way are decided one after another on the image that the ones before would
// make, and appended together: many small changes cost one sync.

import type { Logger, Random } from '../base/index.ts'
import { silentLogger } from '../base/index.ts'
import { type AclFilter, createAcls, deleteAcls, type RawAcl } from './acls.ts'
import { type AlterConfigsOptions, type AlteredResource, alterConfigs } from './alter-configs.ts'
import { alterPartition, type AlterPartitionRequest } from './alter-partition.ts'
import { alterScramCredentials } from './alter-scram.ts'
import { apply, ImageBuilder, imageOf, snapshotOf } from './apply.ts'
import { type BrokerRegistration, fenceBrokers, registerBroker, unregisterBroker } from './brokers.ts'
import { alterClientQuotas, type QuotaAlteration } from './client-quotas.ts'
import type { BrokerConfig } from './configs/broker-config.ts'
import { TopicConfig } from './configs/topic-config.ts'
import { createPartitions, type CreatePartitionsTopic } from './create-partitions.ts'
import { type CreatableTopic, createTopics } from './create-topics.ts'
import { refusal, refusedAfterAll, type Decide, type Decision, type Refusal, type Verdict } from './decision.ts'
import { deleteTopics, type TopicReference } from './delete-topics.ts'
import { type FeatureUpdate, updateFeatures, type UpdateFeaturesOptions } from './features.ts'
import { type ClusterImage, emptyImage, type TopicImage } from './image.ts'
import { electLeaders, type ElectionRequest } from './leadership.ts'
import { Conflict, MetadataUnwritable, type MetadataLog } from './metadata-log.ts'
import { allocateProducerIds, skipProducerIds } from './producer-ids.ts'
import { alterPartitionReassignments, type Reassignment } from './reassignment.ts'
import type { MetadataRecord } from './records.ts'

export type ImageListener = (image: ClusterImage, previous: ClusterImage) => void

export interface MetadataOptions {
  readonly log: MetadataLog
  readonly random: Random
  /** What holds where the metadata says nothing: as the brokers were started. */
  readonly config: BrokerConfig
  readonly logger?: Logger
  /** Of a new cluster: the id of an older one that it continues. */
  readonly clusterId?: string
}

interface Wish {
  readonly decide: Decide<unknown>
  /** Its outcome where what it decided cannot be written down; without it, the wish fails. */
  readonly refuse: Refuse<unknown> | undefined
  readonly resolve: (outcome: unknown) => void
  readonly reject: (error: unknown) => void
}

type Refuse<Outcome> = (granted: Outcome, reason: Refusal) => Outcome

export class Metadata {
  readonly #log: MetadataLog
  readonly #random: Random
  readonly #config: BrokerConfig
  readonly #logger: Logger
  readonly #listeners = new Set<ImageListener>()
  readonly #unwatch: () => void
  #image: ClusterImage = emptyImage
  #wishes: Wish[] = []
  /** Reads and appends, one after another. */
  #work: Promise<void> | undefined
  /** How far the log is known to go. */
  #logEnd = 0

  private constructor({ log, random, config, logger = silentLogger }: MetadataOptions) {
    this.#log = log
    this.#random = random
    this.#config = config
    this.#logger = logger
    this.#unwatch = log.watch(end => this.#noticed(end))
  }

  /** Reads the log; where it is empty, a new cluster begins. */
  static async open(options: MetadataOptions): Promise<Metadata> {
    const metadata = new Metadata(options)
    await metadata.#catchUp()
    const clusterId = options.clusterId ?? Buffer.from(options.random.uuid(), 'hex').toString('base64url')
    await metadata.decide(image => ({
      records: image.clusterId === '' ? [{ type: 'clusterCreated', clusterId }] : [],
      outcome: undefined,
    }))
    return metadata
  }

  get image(): ClusterImage {
    return this.#image
  }
  /** Calls with each new image, when it is already `image`. Gives what ends it. */
  subscribe(listener: ImageListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  /** Ends what was begun, and closes the log. */
  async close(): Promise<void> {
    this.#unwatch()
    await this.#work
    this.#log.close()
  }

  /** Brokers that register again were dead: see fenceBrokers for those who share this log. */
  registerBroker(registration: BrokerRegistration) {
    return this.decide(image => registerBroker(image, registration, this.#allowsUnclean))
  }
  fenceBrokers(ids: Iterable<number>) {
    return this.decide(image => fenceBrokers(image, ids, this.#allowsUnclean))
  }
  /** Whoever opens a log that nobody else has open knows that all brokers of it are dead. */
  fenceAllBrokers() {
    return this.decide(image => fenceBrokers(image, image.brokers.keys(), this.#allowsUnclean))
  }
  unregisterBroker(id: number) {
    return this.#decideOne(image => unregisterBroker(image, id, this.#allowsUnclean))
  }
  createTopics(topics: readonly CreatableTopic[], options: { readonly validateOnly?: boolean } = {}) {
    return this.#decideEach(image =>
      createTopics(image, topics, { ...options, config: this.config(image), random: this.#random }),
    )
  }
  createPartitions(topics: readonly CreatePartitionsTopic[], options: { readonly validateOnly?: boolean } = {}) {
    return this.#decideEach(image => createPartitions(image, topics, { ...options, random: this.#random }))
  }
  deleteTopics(topics: readonly TopicReference[]) {
    return this.#decideEach(image => deleteTopics(image, topics))
  }
  alterConfigs(resources: readonly AlteredResource[], options: Omit<AlterConfigsOptions, 'config'>) {
    return this.#decideEach(image => alterConfigs(image, resources, { ...options, config: this.config(image) }))
  }
  alterPartition(request: AlterPartitionRequest) {
    return this.decide(image => alterPartition(image, request))
  }
  electLeaders(request: ElectionRequest) {
    return this.#decideEach(image => electLeaders(image, request))
  }
  alterPartitionReassignments(
    reassignments: readonly Reassignment[],
    options: { readonly allowReplicationFactorChange: boolean },
  ) {
    return this.#decideEach(image =>
      alterPartitionReassignments(image, reassignments, { ...options, allowsUnclean: this.#allowsUnclean }),
    )
  }
  updateFeatures(updates: readonly FeatureUpdate[], options: UpdateFeaturesOptions) {
    return this.#decideOne(image => updateFeatures(image, updates, options))
  }
  alterClientQuotas(alterations: readonly QuotaAlteration[], options: { readonly validateOnly?: boolean } = {}) {
    return this.#decideEach(image => alterClientQuotas(image, alterations, options))
  }
  alterScramCredentials(alterations: Parameters<typeof alterScramCredentials>[1]) {
    return this.#decideEach(image => alterScramCredentials(image, alterations))
  }
  createAcls(acls: readonly RawAcl[]) {
    return this.#decideEach(image => createAcls(image, acls))
  }
  deleteAcls(filters: readonly AclFilter[]) {
    return this.#decideEach(image => deleteAcls(image, filters))
  }
  allocateProducerIds(brokerId: number) {
    return this.decide(image => allocateProducerIds(image, brokerId))
  }
  /** Ids below `before` are given to nobody from here on. */
  skipProducerIds(brokerId: number, before: number) {
    return this.decide(image => skipProducerIds(image, brokerId, before))
  }

  /** What holds for all brokers: as they were started, and what was set since. */
  config(image = this.#image): BrokerConfig {
    const { brokerConfigs } = image
    // In an image that is being made, the same map may still change.
    if (brokerConfigs !== this.#image.brokerConfigs) return this.#config.dynamic(image, -1)
    if (this.#effective?.brokerConfigs !== brokerConfigs)
      this.#effective = { brokerConfigs, config: this.#config.dynamic(image, -1) }
    return this.#effective.config
  }
  /** Made anew only when what is set for brokers has changed. */
  #effective: { readonly brokerConfigs: ClusterImage['brokerConfigs']; readonly config: BrokerConfig } | undefined
  readonly #allowsUnclean = ({ configs }: TopicImage): boolean =>
    new TopicConfig(configs, this.config()).boolean('unclean.leader.election.enable')

  /** Resolves with the outcome when its records are in the log and in `image`; rejects where they cannot be written down. */
  decide<Outcome>(decide: Decide<Outcome>): Promise<Outcome> {
    return this.#wish(decide, undefined)
  }
  /** What cannot be written down, on a full disk, say, is refused thing by thing, and can be asked for again. */
  #decideEach<Each extends Verdict>(decide: Decide<readonly Each[]>): Promise<readonly Each[]> {
    return this.#wish(decide, (outcome, reason) => outcome.map(each => refusedAfterAll(each, reason)))
  }
  #decideOne<Outcome extends Verdict>(decide: Decide<Outcome>): Promise<Outcome> {
    return this.#wish(decide, refusedAfterAll)
  }
  #wish<Outcome>(decide: Decide<Outcome>, refuse: Refuse<Outcome> | undefined): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.#wishes.push({ decide, refuse: refuse as Wish['refuse'], resolve: resolve as Wish['resolve'], reject })
      this.#start()
    })
  }

  #noticed(end: number): void {
    this.#logEnd = Math.max(this.#logEnd, end)
    if (this.#isBehind()) this.#start()
  }
  #isBehind(): boolean {
    return this.#logEnd > this.#image.offset
  }
  #start(): void {
    this.#work ??= this.#run()
  }
  async #run(): Promise<void> {
    await Promise.resolve() // what is wished for in the same breath is decided together
    try {
      while (this.#wishes.length > 0 || this.#isBehind()) {
        if (this.#isBehind()) await this.#catchUp()
        const wishes = this.#wishes
        this.#wishes = []
        await this.#grant(wishes)
      }
    } finally {
      // In the same turn as the last look at the wishes: one that comes later starts the next run.
      this.#work = undefined
    }
  }

  async #grant(wishes: readonly Wish[]): Promise<void> {
    const records: MetadataRecord[] = []
    const granted: (() => void)[] = []
    const next = new ImageBuilder(this.#image)
    for (const { decide, resolve, reject } of wishes) {
      let decision: Decision<unknown>
      try {
        decision = decide(next.image)
      } catch (error) {
        granted.push(() => reject(error))
        continue
      }
      for (const record of decision.records) {
        next.apply(record)
        records.push(record)
      }
      granted.push(() => resolve(decision.outcome))
    }
    if (records.length > 0) {
      try {
        await this.#log.append(records, this.#image.offset)
      } catch (error) {
        if (error instanceof Conflict) {
          this.#logEnd = Math.max(this.#logEnd, error.end)
          this.#wishes = [...wishes, ...this.#wishes]
        } else if (error instanceof MetadataUnwritable) this.#refuse(wishes, error)
        else for (const { reject } of wishes) reject(error)
        return
      }
      this.#publish(next.image)
      this.#compact()
    }
    for (const grant of granted) grant()
  }

  /** Decided once more, each by itself, on what is: those before it in the append have not come to be. */
  #refuse(wishes: readonly Wish[], error: MetadataUnwritable): void {
    for (const { decide, refuse, resolve, reject } of wishes)
      try {
        const { records, outcome } = decide(this.#image)
        if (records.length === 0) resolve(outcome)
        else if (refuse) resolve(refuse(outcome, refusal('KAFKA_STORAGE_ERROR', error.message)))
        else reject(error)
      } catch (fault) {
        reject(fault)
      }
  }

  #compact(): void {
    if (!this.#log.wantsSnapshot()) return
    try {
      this.#log.compact(snapshotOf(this.#image), this.#image.offset)
    } catch (error) {
      // The log is longer than it need be, and the next change tries again; or the log refuses what comes.
      this.#logger.error('a snapshot of the metadata cannot be written', { reason: (error as Error).message })
    }
  }
  async #catchUp(): Promise<void> {
    const { snapshot, records } = await this.#log.read(this.#image.offset)
    if (snapshot === undefined && records.length === 0) return
    this.#publish(apply(snapshot === undefined ? this.#image : imageOf(snapshot), records))
  }
  #publish(image: ClusterImage): void {
    const previous = this.#image
    this.#image = image
    for (const listener of this.#listeners) {
      try {
        listener(image, previous)
      } catch (error) {
        // One subscriber's fault is not another's, and what is in the log is decided.
        this.#logger.error('a subscriber to metadata failed', { error: String((error as Error).stack ?? error) })
      }
    }
  }
}
