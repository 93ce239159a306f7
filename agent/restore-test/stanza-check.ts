import type { ReportedVerification } from '@/contract/report';
import { confirmedVerification, verificationKey } from '@/agent/collectors/verification';
import type { Redact } from '@/agent/redact';
import { beginningOf } from '@/agent/report/shorten';
import type { ProgramOutcome } from '@/agent/tools/run-program';

/** Says what it found; without `--output=text` it says nothing from 2.55 on, and it ends with 0 whatever it found. */
export const VERIFY_ARGS = ['--log-level-console=warn', 'verify', '--output=text', '--verbose'];

/**
 * Checks a stanza, though a backup or an expiry may be under way.
 * @param ask runs `pgbackrest verify` with `VERIFY_ARGS` once
 */
export function checkStanza(
  ask: () => Promise<ProgramOutcome>,
  stanza: string,
  repositoryKey: string,
  redact: Redact,
): Promise<ReportedVerification> {
  return confirmedVerification(async () => stanzaVerificationOf(await ask(), stanza, repositoryKey, redact));
}

/**
 * What `pgbackrest verify` told of a stanza: every file of every backup and of the archived log is read, decrypted and its
 * checksum compared. Its exit status says nothing of what it found. A stanza in which there is no backup, or that it does
 * not know, was not verified. From real output of 2.45 and 2.55.
 */
export function stanzaVerificationOf(
  outcome: ProgramOutcome,
  stanza: string,
  repositoryKey: string,
  redact: Redact,
): ReportedVerification {
  const found = readVerify(outcome.stdout, stanza);
  const result = resultOf(outcome, found);
  return {
    verification_key: verificationKey(outcome, repositoryKey),
    repository_key: repositoryKey,
    kind: 'data_full',
    coverage_percent: result !== 'error' && !outcome.hasTimedOut ? 100 : null,
    started_at: outcome.startedAt.toISOString(),
    ended_at: outcome.endedAt.toISOString(),
    result,
    errors: result === 'error' ? null : (found?.errors ?? 0),
    damaged: found?.damaged.slice(0, 1000) ?? [],
    exit_code: outcome.exitCode,
    message: result === 'ok' ? null : beginningOf(redact(messageOf(outcome, found))),
  };
}

interface VerifyText {
  readonly status: string;
  /** How many backups it speaks of. */
  readonly backups: number;
  /** Files that are missing or not what they were. */
  readonly errors: number;
  /** Labels of backups and ids of archives in which they are. */
  readonly damaged: readonly string[];
  readonly text: string;
}

const PART =
  /^ {2}(?:archiveId: (\S+), total WAL checked: (\d+), total valid WAL: (\d+)|backup: (\S+), status: ([^,]+), total files checked: (\d+), total valid files: (\d+))$/;
const COUNTS = /\b(?:missing|checksum invalid|size invalid|other): (\d+)/g;

/** null: it said nothing of this stanza, or not to its end. */
function readVerify(stdout: string, stanza: string): VerifyText | null {
  const lines = stdout.split('\n').map((line) => line.trimEnd());
  // With a log on the console the same text comes twice; the log's own is indented.
  const start = lines.indexOf(`stanza: ${stanza}`);
  const status = /^status: (\S+)$/.exec(lines[start + 1] ?? '')?.[1];
  if (start < 0 || status === undefined) return null;
  const rest = lines.slice(start + 2);
  const end = rest.findIndex((line) => line !== '' && !line.startsWith(' '));
  const said = end < 0 ? rest : rest.slice(0, end);
  let [backups, errors] = [0, 0];
  const damaged: string[] = [];
  for (const [index, line] of said.entries()) {
    const [, archive, checkedLog, validLog, label, state, checked, valid] = PART.exec(line) ?? [];
    const name = archive ?? label;
    if (name === undefined) continue;
    if (label !== undefined) backups++;
    const counted = [...(said[index + 1] ?? '').matchAll(COUNTS)].reduce(
      (sum, [, count]) => sum + Number(count),
      0,
    );
    const lost = Number(checkedLog ?? checked) - Number(validLog ?? valid);
    errors += Math.max(counted, lost);
    if (counted > 0 || lost > 0 || (state !== undefined && state !== 'valid')) damaged.push(name);
  }
  return {
    status,
    backups,
    errors,
    damaged,
    text: lines
      .slice(start, start + 2 + said.length)
      .join('\n')
      .trim(),
  };
}

function resultOf(
  { exitCode, hasTimedOut, startError }: ProgramOutcome,
  found: VerifyText | null,
): ReportedVerification['result'] {
  if (found && found.damaged.length > 0) return 'problems'; // however it ended
  const isDone = startError === null && !hasTimedOut && exitCode === 0;
  return isDone && found?.status === 'ok' && found.backups > 0 ? 'ok' : 'error';
}

function messageOf(
  { startError, hasTimedOut, stdout, stderr }: ProgramOutcome,
  found: VerifyText | null,
): string {
  if (startError !== null) return `pgBackRest could not be started: ${startError}.`;
  const end = hasTimedOut ? 'The check was stopped at its time limit.' : '';
  const said = found?.text ?? (stderr.trim() || stdout.trim() || 'pgBackRest did not say what it verified.');
  return [said, end].filter((part) => part !== '').join('\n');
}
