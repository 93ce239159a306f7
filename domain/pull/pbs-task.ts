/** What a task of Proxmox Backup Server does, as far as it is told of. */
export type PbsTaskKind = 'backup' | 'verify' | 'prune' | 'gc' | 'sync' | 'tape';

const KINDS: Readonly<Record<string, PbsTaskKind>> = {
  backup: 'backup',
  verify: 'verify',
  verify_group: 'verify',
  verify_snapshot: 'verify',
  verificationjob: 'verify',
  prune: 'prune',
  prune_datastore: 'prune',
  prunejob: 'prune',
  garbage_collection: 'gc',
  sync: 'sync',
  syncjob: 'sync',
  'tape-backup': 'tape',
  'tape-backup-job': 'tape',
};

/** What a task is by its type (`worker_type`); null: it does nothing with copies (consoles, updates, restores). */
export function pbsTaskKind(workerType: string): PbsTaskKind | null {
  return Object.hasOwn(KINDS, workerType) ? (KINDS[workerType] ?? null) : null;
}

/** What a task's `worker_id` names. */
export interface PbsTarget {
  readonly datastore: string;
  /** Empty: the root. */
  readonly namespace: string;
  /** `vm/100`, `host/web1`; null: it names no single group. */
  readonly group: string | null;
}

const GROUP = /^([^:]+):(?:([^:]*):)?((?:vm|ct|host)\/[^/:]+)(?:\/[^:]*)?$/;

/** Reads `store:vm/100`, `store:namespace:host/web1`, `store:…`, `store`. null: there is nothing in it. */
export function pbsTarget(workerId: string): PbsTarget | null {
  const [, datastore, namespace = '', group] = GROUP.exec(workerId) ?? [];
  if (datastore !== undefined && group !== undefined) return { datastore, namespace, group };
  const [store = ''] = workerId.split(':', 1);
  return store === '' ? null : { datastore: store, namespace: '', group: null };
}

/**
 * Whether a task concerns what a connector is for. What names another datastore does not; nor, where a namespace was named, what names a
 * group of another; those within it count. Jobs over a whole datastore concern all of its namespaces.
 */
export function isPbsTaskOf(
  { kind, workerId }: { readonly kind: PbsTaskKind; readonly workerId: string },
  { datastore, namespace }: { readonly datastore: string; readonly namespace: string },
): boolean {
  if (datastore === '') return isInNamespace(workerId, namespace);
  const isOfStore =
    kind === 'sync' || kind === 'tape'
      ? workerId.split(':').includes(datastore)
      : pbsTarget(workerId)?.datastore === datastore;
  return isOfStore && isInNamespace(workerId, namespace);
}

function isInNamespace(workerId: string, namespace: string): boolean {
  const target = pbsTarget(workerId);
  return namespace === '' || target?.group == null || `${target.namespace}/`.startsWith(`${namespace}/`);
}
