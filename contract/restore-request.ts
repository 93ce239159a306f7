import { z } from 'zod';

/**
 * `POST /v1/restore-requests`: an agent asks which restore tests it should make. A request names what is to be tested and how, in
 * these fields and no others; it is never a command. The server signs it with the key that enrolment pinned, and the agent
 * decides within the limits of its own configuration.
 */
export const RESTORE_REQUESTS_PATH = '/v1/restore-requests';

/** An agent that asks says only who it is, in its headers; the body is this. */
export const restoreRequestsQuestion = z.strictObject({ agent_version: z.string().min(1).max(50) });

/** The parts of a question that are signed; `bodySha256` is hex. */
interface SignedQuestion {
  sentAt: string;
  agentId: string;
  bodySha256: string;
}

/** The exact text that an agent signs (Ed25519, UTF-8); both sides build it with this function. */
export function questionSigningText({ sentAt, agentId, bodySha256 }: SignedQuestion): string {
  return ['holdfast-restore-question-1', 'POST', RESTORE_REQUESTS_PATH, sentAt, agentId, bodySha256].join(
    '\n',
  );
}

const id = z.string().min(1).max(200);
const instant = z.iso.datetime();

export const restoreRequest = z.strictObject({
  kind: z.literal('restore-test'),
  request_id: z.uuid(),
  /** Whom it is for; an agent refuses what is for another. */
  agent_id: z.uuid(),
  issued_at: instant,
  /** It is not begun after this. */
  expires_at: instant,
  trigger: z.enum(['schedule', 'manual']),
  repository_key: id,
  /** The key of a recovery point, or the newest of the job. */
  point: z.union([z.literal('newest'), z.strictObject({ point_key: id })]),
  job_key: id.nullable(),
  /** The newest that the server knows, for when the agent cannot tell which is. */
  known_point_key: id,
  rule: z.enum(['sample', 'full']),
  /** Of a sample. */
  files: z.int().min(1).max(1000),
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1),
  /** What is to be proven; an agent restores files for nothing else. */
  level: z.literal('L4'),
  rto_seconds: z.number().min(0).nullable(),
  /**
   * A drill: one restored file is damaged in the scratch folder before it is compared, and that has to be noticed. Left out: a restore
   * test. An agent that does not know it refuses the request, as any other field.
   */
  drill: z.literal(true).optional(),
});
export type RestoreRequest = z.output<typeof restoreRequest>;

/** The bytes as they were signed, and the signature, base64. */
const signedRestoreRequest = z.strictObject({
  body: z.string().max(10_000),
  signature: z.base64().max(200),
});
export type SignedRestoreRequest = z.output<typeof signedRestoreRequest>;

export const restoreRequestsAnswer = z.object({ requests: z.array(signedRestoreRequest).max(100) });

/** The exact text that the server signs (Ed25519, UTF-8). */
export function requestSigningText(body: string): string {
  return `holdfast-restore-request-1\n${body}`;
}
