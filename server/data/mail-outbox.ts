import { z } from 'zod';
import { MAIL_PROBLEMS, type MailProblem } from '@/domain/mail/mail-problem';
import type { MailWay } from '../mail/send-mail';
import type { Tx } from './database';

/** What a mail tells of. */
export type MailKind =
  | 'invitation'
  | 'recovery-code-used'
  | 'password-changed'
  | 'authenticator-changed'
  | 'recovery-codes-made'
  | 'sign-in-locked'
  | 'evidence-note'
  | 'monthly-report'
  | 'evidence-granted'
  | 'sign-on-linked'
  | 'break-glass-used'
  | 'document-sent'
  | 'passkey-added'
  | 'passkey-removed'
  | 'passkey-stopped'
  | 'mail-test';

/** What a mail belongs to: an invitation, or whom it tells something of their account or company; a new grant tells its auditor by the address alone. */
export type MailSubject =
  | { readonly kind: 'invitation'; readonly invitationId: string }
  | { readonly kind: 'evidence-granted' | 'document-sent' }
  | {
      readonly kind: Exclude<MailKind, 'invitation' | 'evidence-granted' | 'document-sent'>;
      readonly personId: string;
    };

/** What became of a mail so far. */
export interface MailState {
  readonly state: 'waiting' | 'sent' | 'failed';
  readonly attempts: number;
  /** null: not sent. */
  readonly sentVia: MailWay | null;
  /** Of the last attempt; null: none failed, or it is not known why. */
  readonly problem: MailProblem | null;
  /** In the mail server's own words; of a mail that was sent, too. */
  readonly serverAnswer: string | null;
}

/** The same, with when the mail was written. */
export interface DatedMailState extends MailState {
  readonly createdAt: Date;
}

/** A mail that one worker sends now. */
export interface ClaimedMail {
  readonly mailId: string;
  readonly kind: string;
  /** This one counted. Whoever claims the mail after the lease has a higher one. */
  readonly attempts: number;
  readonly sealed: Uint8Array;
  readonly createdAt: Date;
  readonly giveUpAt: Date;
}

/** How an attempt ended for good. */
export type MailEnd =
  | { readonly state: 'sent'; readonly sentVia: MailWay; readonly serverAnswer: string | null }
  | { readonly state: 'failed'; readonly problem: MailProblem; readonly serverAnswer: string | null };

/** How an attempt ended that is followed by another one. */
export interface MailPause {
  readonly state: 'waiting';
  readonly problem: MailProblem;
  readonly serverAnswer: string | null;
  readonly nextTryAt: Date;
}

type Sealed = Uint8Array<ArrayBuffer>;

/** Keeps a mail for the worker. `sealed`: made by server/auth/secret-box.ts with the mail's id as its owner. */
export async function insertMail(
  tx: Tx,
  mspId: string,
  mail: { mailId: string; subject: MailSubject; sealed: Sealed; createdAt: Date; giveUpAt: Date },
): Promise<void> {
  const { mailId, subject, sealed, createdAt, giveUpAt } = mail;
  const { kind, ...about } = subject;
  await tx.mailOutbox.create({
    data: { mspId, mailId, kind, ...about, sealed, createdAt, nextTryAt: createdAt, giveUpAt },
    select: { mailId: true },
  });
}

/** Takes back what still waits of an invitation's mails: their links are worthless. */
export async function withdrawInvitationMail(
  tx: Tx,
  mspId: string,
  invitationId: string,
  now: Date,
): Promise<void> {
  await tx.mailOutbox.updateMany({
    where: { mspId, invitationId, state: 'waiting' },
    data: { state: 'withdrawn', sealed: null, finishedAt: now },
  });
}

/** Whether a person was told of something since an instant, or will be. */
export async function wasToldSince(
  tx: Tx,
  mspId: string,
  personId: string,
  kind: MailKind,
  since: Date,
): Promise<boolean> {
  const found = await tx.mailOutbox.findFirst({
    where: { mspId, personId, kind, createdAt: { gt: since } },
    select: { mailId: true },
  });
  return found !== null;
}

const stateRow = z.object({
  invitationId: z.string(),
  state: z.enum(['waiting', 'sent', 'failed']),
  attempts: z.int(),
  sentVia: z.enum(['smtp', 'folder']).nullable(),
  problem: z.enum(MAIL_PROBLEMS).nullable(),
  serverAnswer: z.string().nullable(),
});

/** What became of the newest mail of each invitation; none of an invitation whose link was printed. At most 1,000 are asked for. */
export async function invitationMails(
  tx: Tx,
  mspId: string,
  invitationIds: readonly string[],
): Promise<Map<string, MailState>> {
  const rows =
    await tx.$queryRaw`SELECT DISTINCT ON (o.invitation_id) o.invitation_id AS "invitationId", o.state, o.attempts,
      o.sent_via AS "sentVia", o.problem, o.server_answer AS "serverAnswer"
    FROM app.mail_outbox o
    WHERE o.msp_id = ${mspId}::uuid AND o.invitation_id = ANY (${[...invitationIds]}::uuid[]) AND o.state <> 'withdrawn'
    ORDER BY o.invitation_id, o.created_at DESC, o.mail_id DESC`;
  return new Map(
    z
      .array(stateRow)
      .parse(rows)
      .map(({ invitationId, ...state }) => [invitationId, state]),
  );
}

/** What became of a person's newest mail of a kind; null: there was none. */
export async function newestMailTo(
  tx: Tx,
  mspId: string,
  personId: string,
  kind: MailKind,
): Promise<DatedMailState | null> {
  const found = await tx.mailOutbox.findFirst({
    where: { mspId, personId, kind, state: { not: 'withdrawn' } },
    orderBy: [{ createdAt: 'desc' }, { mailId: 'desc' }],
  });
  return found && newestRow.parse(found);
}

const newestRow = stateRow.omit({ invitationId: true }).extend({ createdAt: z.date() });

const claimedRow = z.object({
  mailId: z.string(),
  kind: z.string(),
  attempts: z.int(),
  sealed: z.instanceof(Uint8Array),
  createdAt: z.date(),
  giveUpAt: z.date(),
});

/**
 * Takes the mail that has waited longest of those due at `now`, so that nobody else takes it before `leaseUntil`; null: none is due, or
 * others hold them. A worker that dies leaves its mail to the next one after the lease.
 */
export async function claimMail(
  tx: Tx,
  mspId: string,
  now: Date,
  leaseUntil: Date,
): Promise<ClaimedMail | null> {
  const rows =
    await tx.$queryRaw`UPDATE app.mail_outbox o SET attempts = o.attempts + 1, next_try_at = ${leaseUntil}
    WHERE o.msp_id = ${mspId}::uuid AND o.mail_id = (
      SELECT w.mail_id FROM app.mail_outbox w
      WHERE w.msp_id = ${mspId}::uuid AND w.state = 'waiting' AND w.next_try_at <= ${now}
      ORDER BY w.next_try_at, w.mail_id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING o.mail_id AS "mailId", o.kind, o.attempts, o.sealed, o.created_at AS "createdAt", o.give_up_at AS "giveUpAt"`;
  return z.array(claimedRow).max(1).parse(rows)[0] ?? null;
}

/** Ends a claimed mail and forgets what it said; false: it was withdrawn meanwhile, or somebody else's since the lease ended. */
export async function finishMail(
  tx: Tx,
  mspId: string,
  { mailId, attempts }: ClaimedMail,
  end: MailEnd,
  now: Date,
): Promise<boolean> {
  const last = end.state === 'sent' ? { problem: null } : {};
  const { count } = await tx.mailOutbox.updateMany({
    where: { mspId, mailId, attempts, state: 'waiting' },
    data: { ...last, ...end, sealed: null, finishedAt: now },
  });
  return count > 0;
}

/** Lets a claimed mail wait for its next attempt. */
export async function postponeMail(
  tx: Tx,
  mspId: string,
  { mailId, attempts }: ClaimedMail,
  pause: MailPause,
): Promise<void> {
  await tx.mailOutbox.updateMany({ where: { mspId, mailId, attempts, state: 'waiting' }, data: pause });
}
