// Admin: what a cluster has and how it is set, by kind of thing: `admin.topics.create(…)`, `admin.groups.list()`.
//
// A method that names several things throws the first refusal it meets (KafkaError), after all were tried.

import type { Cluster } from '../cluster.ts'
import { AclAdmin } from './acls.ts'
import { ClusterAdmin } from './cluster.ts'
import { ConfigAdmin } from './configs.ts'
import { FeatureAdmin } from './features.ts'
import { GroupAdmin } from './groups.ts'
import { PartitionAdmin } from './partitions.ts'
import { QuotaAdmin } from './quotas.ts'
import { RecordAdmin } from './records.ts'
import { RequestAdmin } from './requests.ts'
import { TopicAdmin } from './topics.ts'
import { TransactionAdmin } from './transactions.ts'
import { UserAdmin } from './users.ts'

export class Admin {
  readonly cluster: ClusterAdmin
  readonly topics: TopicAdmin
  readonly partitions: PartitionAdmin
  readonly records: RecordAdmin
  readonly configs: ConfigAdmin
  readonly groups: GroupAdmin
  readonly transactions: TransactionAdmin
  readonly acls: AclAdmin
  readonly quotas: QuotaAdmin
  readonly features: FeatureAdmin
  readonly users: UserAdmin
  readonly requests: RequestAdmin

  constructor(cluster: Cluster) {
    this.cluster = new ClusterAdmin(cluster)
    this.topics = new TopicAdmin(cluster)
    this.partitions = new PartitionAdmin(cluster)
    this.records = new RecordAdmin(cluster)
    this.configs = new ConfigAdmin(cluster)
    this.groups = new GroupAdmin(cluster)
    this.transactions = new TransactionAdmin(cluster)
    this.acls = new AclAdmin(cluster)
    this.quotas = new QuotaAdmin(cluster)
    this.features = new FeatureAdmin(cluster)
    this.users = new UserAdmin(cluster)
    this.requests = new RequestAdmin(cluster)
  }
}
