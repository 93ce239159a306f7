import type { InboundParser, ToldReport } from '../inbound-report';
import { bytesOf, countOf, decided, labelsOf, statusIn, told } from '../read-text';

const SUBJECT =
  /^(Garbage Collect|Verify|Pruning|Prune|Tape Backup|Sync remote|Sync local|Sync)\b.{0,200}? (successful|failed)$/i;

/** Proxmox Backup Server: what it does with a datastore. None of it is a backup of a system. */
export const proxmoxBackupServer: InboundParser = {
  product: 'proxmox_backup_server',
  confidence: 'from-templates',
  parse: ({ subject, body }) => {
    const label = labelsOf(body);
    const datastore = label('Datastore');
    const task = taskIn(body);
    if (datastore === null || task === null) return null;
    const [, , said = ''] = SUBJECT.exec(subject) ?? [];
    const badChunks = countOf(label('Leftover bad chunks'));
    const failed = [
      ...body.matchAll(/^\s+((?:vm|ct|host)\/\S{1,200}\/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\s*$/gm),
    ].map(([, copy = '']) => copy);
    const common: ToldReport = told({
      status: decided(task.status, statusIn(said, ENDS), (badChunks ?? 0) > 0 ? 'warning' : null),
      kind: task.kind,
      server: /^<?https:\/\/([^\s:/>]{1,200})(?::\d+)?\//m.exec(body)?.[1] ?? null,
      repository: datastore,
      job: label('Job ID'),
      remote: label('Remote'),
      failed_copies: failed.length > 0 ? failed : null,
    });
    if (task.operation !== 'gc') return [common];
    return [
      {
        ...common,
        ...told({ operation: 'gc', repo_bytes: bytesOf(label('On-Disk usage')), bad_chunks: badChunks }),
      },
    ];
  },
};

interface Task {
  readonly kind: ToldReport['kind'];
  readonly operation: string;
  readonly status: 'success' | 'failed';
}

/** What the templates say in a sentence of its own. */
const SENTENCES: readonly (readonly [RegExp, Task])[] = [
  [/^Garbage collection failed\b/im, { kind: 'maintenance', operation: 'gc', status: 'failed' }],
  [/^Garbage collection successful\.\s*$/im, { kind: 'maintenance', operation: 'gc', status: 'success' }],
  [
    /^Verification failed on these snapshots/im,
    { kind: 'verification', operation: 'verify', status: 'failed' },
  ],
  [/^Verification successful\.\s*$/im, { kind: 'verification', operation: 'verify', status: 'success' }],
  [/^Synchronization failed\b/im, { kind: 'replication', operation: 'sync', status: 'failed' }],
  [/^Synchronization successful\.\s*$/im, { kind: 'replication', operation: 'sync', status: 'success' }],
  [/^Tape Backup failed\b/im, { kind: 'replication', operation: 'tape', status: 'failed' }],
  [/^Tape Backup successful\.\s*$/im, { kind: 'replication', operation: 'tape', status: 'success' }],
  [/^Pruning failed\b/im, { kind: 'maintenance', operation: 'prune', status: 'failed' }],
  [/^Pruning was successful\.\s*$/im, { kind: 'maintenance', operation: 'prune', status: 'success' }],
];

/** The worst where there are several: two mails that were put together. */
function taskIn(body: string): Task | null {
  const said = SENTENCES.filter(([sentence]) => sentence.test(body)).map(([, task]) => task);
  return said.find(({ status }) => status === 'failed') ?? said[0] ?? null;
}

const ENDS = [
  [/^failed$/i, 'failed'],
  [/^successful$/i, 'success'],
] as const;
