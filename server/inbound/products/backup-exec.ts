import type { InboundParser } from '../inbound-report';
import { decided, lineOf, statusIn, told } from '../read-text';

const ALERT = /^Backup Exec Alert: Job ([A-Za-z ]{1,40}?) \(Server: "([^"]{1,200})"\) \(Job: "(.{1,200})"\)$/;
const HEAD = /^\(Server: "([^"\n]{1,200})"\) \(Job: "(.{1,200}?)"\) /m;

/** Veritas Backup Exec. A job's name may hold quotes and brackets: it ends where the alert's own bracket does. */
export const backupExec: InboundParser = {
  product: 'backup_exec',
  confidence: 'from-templates',
  parse: ({ subject, body }) => {
    const alert = ALERT.exec(subject);
    const head = HEAD.exec(body);
    const host = alert?.[2] ?? head?.[1];
    const job = alert?.[3] ?? head?.[2];
    if (host === undefined || job === undefined) return null;
    // a job may be called anything, "Completed Successfully." too
    const saying = body.replaceAll(job, '');
    return [
      told({
        status: decided(statusIn(saying, BODIES), statusIn(alert?.[1] ?? '', SUBJECTS)),
        kind: 'job_result' as const,
        job,
        host,
        error_code: /^(V-\d+-\d+-\d+)\s*$/m.exec(body)?.[1] ?? null,
        message: lineOf(/with the following error: (.+)$/m.exec(body)?.[1]),
      }),
    ];
  },
};

const SUBJECTS = [
  [/^(failed|failure|cancel+ed|aborted)/i, 'failed'],
  [/^(completed with exceptions|warning|missed)/i, 'warning'],
  [/^success$/i, 'success'],
] as const;

const BODIES = [
  [/^Job Completion Status: (Failed|Cancel+ed|Aborted)|\bThe job failed\b/im, 'failed'],
  // 'The job completed successfully. However, the following conditions were encountered': looked for before a success
  [
    /\bCompleted with exceptions\b|\bcompleted successfully\.\s+However\b|\bconditions were encountered\b/i,
    'warning',
  ],
  [/\) Completed Successfully\.\s*$|^Job Completion Status: Success(ful)?\s*$/im, 'success'],
] as const;
