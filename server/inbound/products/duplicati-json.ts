import { z } from 'zod';
import type { InboundWebhook } from '../inbound-webhook';
import { decided, secondsOf, statusIn, told } from '../read-text';

const count = z.number().int().min(0).optional().catch(undefined);
const instant = z.iso.datetime({ offset: true }).optional().catch(undefined);
const facts = z.object({
  MainOperation: z.string(),
  ParsedResult: z.string(),
  PartialBackup: z.boolean().optional().catch(undefined),
  Dryrun: z.boolean().optional().catch(undefined),
  Interrupted: z.boolean().optional().catch(undefined),
  FilesWithError: count,
  ExaminedFiles: count,
  SizeOfExaminedFiles: count,
  ErrorsActualLength: count,
  WarningsActualLength: count,
  BeginTime: instant,
  EndTime: instant,
  Duration: z.string().optional().catch(undefined),
  BackendStatistics: z
    .object({ BytesUploaded: count, KnownFileSize: count, BackupListCount: count, FreeQuotaSpace: count })
    .partial()
    .optional()
    .catch(undefined),
});
const message = z.object({
  /** null where it ended by an exception. */
  Data: facts.nullable(),
  Extra: z.object({
    OperationName: z.string(),
    'machine-name': z.string().optional(),
    'backup-name': z.string().optional(),
  }),
  Exception: z.string().nullable().optional(),
});

/** Duplicati's `--send-http-json-urls`. */
export const duplicatiJson: InboundWebhook = {
  product: 'duplicati',
  confidence: 'from-templates',
  parse: (json) => {
    const read = message.safeParse(json);
    if (!read.success) return null;
    const { Data: data, Extra: extra, Exception: exception } = read.data;
    if ((data?.MainOperation ?? extra.OperationName) !== 'Backup') return [];
    const backend = data?.BackendStatistics;
    return [
      told({
        status: decided(
          statusIn(data?.ParsedResult ?? '', RESULTS),
          data === null || Boolean(exception) || data.Interrupted || data.Dryrun ? 'failed' : null,
          (data?.ErrorsActualLength ?? 0) > 0 ? 'failed' : null,
          (data?.WarningsActualLength ?? 0) > 0 || (data?.FilesWithError ?? 0) > 0 || data?.PartialBackup
            ? 'warning'
            : null,
        ),
        kind: 'job_result' as const,
        job: extra['backup-name'] ?? null,
        host: extra['machine-name'] ?? null,
        started_at: thousandths(data?.BeginTime),
        ended_at: thousandths(data?.EndTime),
        duration_seconds: secondsOf(data?.Duration),
        files_examined: data?.ExaminedFiles ?? null,
        bytes_examined: data?.SizeOfExaminedFiles ?? null,
        bytes_transferred: backend?.BytesUploaded ?? null,
        repo_bytes: backend?.KnownFileSize ?? null,
        snapshot_count: backend?.BackupListCount ?? null,
        quota_free: backend?.FreeQuotaSpace ?? null,
        message: exception?.split('\n')[0]?.slice(0, 300) ?? null,
      }),
    ];
  },
};

const thousandths = (at: string | undefined): string | null =>
  at === undefined ? null : new Date(at).toISOString();

const RESULTS = [
  [/^(error|fatal)$/i, 'failed'],
  [/^warning$/i, 'warning'],
  [/^success$/i, 'success'],
] as const;
