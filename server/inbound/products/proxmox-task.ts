import { z } from 'zod';
import { pbsTarget, pbsTaskKind, type PbsTaskKind } from '@/domain/pull/pbs-task';
import type { InboundStatus, ToldReport } from '../inbound-report';
import type { InboundWebhook } from '../inbound-webhook';
import { lineOf, told } from '../read-text';

/** Up to the year 5138: what is larger is in milliseconds. */
const seconds = z.int().min(0).max(99_999_999_999);
const task = z.object({
  upid: z.string().regex(/^UPID:[^:]{1,100}:/),
  node: z.string().max(100).nullish(),
  worker_type: z.string().min(1).max(100),
  worker_id: z.string().max(1000).nullish(),
  starttime: seconds,
  endtime: seconds.nullish(),
  status: z.string().max(100_000).nullish(),
});

/** A task of Proxmox Backup Server, as its list of tasks has it (`/nodes/{node}/tasks`). */
export const proxmoxTask: InboundWebhook = {
  product: 'proxmox_backup_server',
  confidence: 'unverified',
  parse: (json) => {
    const read = task.safeParse(json);
    if (!read.success) return null;
    const { upid, node, worker_type: type, worker_id: id, starttime, endtime, status } = read.data;
    const kind = pbsTaskKind(type);
    if (kind === null) return [];
    const ended = endtime == null ? null : ending(status ?? '');
    return [
      told({
        status: ended,
        ...saidOf(kind, id ?? ''),
        server: node ?? upid.split(':')[1] ?? null,
        started_at: isoOf(starttime),
        ended_at: endtime == null ? null : isoOf(endtime),
        message: ended === 'success' ? null : lineOf(status, 2000),
      }),
    ];
  },
};

const WARNINGS = /^WARNINGS: \d+$/;

/** `OK`, `WARNINGS: 2`, or what went wrong. Of a task whose end was lost it says `unknown`. */
function ending(status: string): InboundStatus | null {
  if (status === 'OK') return 'success';
  if (WARNINGS.test(status)) return 'warning';
  return status === '' || status === 'unknown' ? null : 'failed';
}

const WORDS: Readonly<Record<PbsTaskKind, readonly [ToldReport['kind'], string]>> = {
  backup: ['job_result', 'Backup to'],
  verify: ['verification', 'Verification of'],
  prune: ['maintenance', 'Pruning of'],
  gc: ['maintenance', 'Garbage collection of'],
  sync: ['replication', 'Synchronisation'],
  tape: ['replication', 'Tape backup'],
};

/** A backup is its guest's or host's; all else is the server's. */
function saidOf(kind: PbsTaskKind, workerId: string) {
  const target = pbsTarget(workerId);
  const [reportKind, words] = WORDS[kind];
  const place = [target?.datastore, target?.namespace].filter(Boolean).join('/');
  const isJob = kind === 'sync' || kind === 'tape';
  return {
    kind: reportKind,
    operation: kind,
    job: `${words} ${isJob ? workerId : place}`.trim(),
    repository: target?.datastore ?? null,
    host: kind === 'backup' && target?.group != null ? hostOf(target.group, target.namespace) : null,
  };
}

/** A host by its name, a guest by its number within its namespace: two clusters may both have a 100. */
function hostOf(group: string, namespace: string): string {
  if (group.startsWith('host/')) return group.slice('host/'.length);
  return namespace === '' ? group : `${namespace}/${group}`;
}

const isoOf = (at: number): string => new Date(at * 1000).toISOString();
