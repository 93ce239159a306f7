import { z } from 'zod';

/** `POST /v1/enrol`: a machine spends its token once and registers its own Ed25519 public key. */
export const enrolmentRequest = z.object({
  token: z.string().regex(/^hfe_[A-Za-z0-9_-]{43}$/, 'must be an enrolment token (hfe_…)'),
  name: z.string().min(1).max(200),
  hostname: z.string().min(1).max(200),
  os: z.string().max(200).nullable(),
  version: z.string().min(1).max(50),
  /** SubjectPublicKeyInfo, DER, base64. */
  public_key: z.base64().max(200),
  /** base64 Ed25519 signature over `enrolmentSigningText`: proves that the machine holds the private key. */
  signature: z.base64().max(200),
});
export type EnrolmentRequest = z.infer<typeof enrolmentRequest>;

export const enrolmentAnswer = z.object({
  agent_id: z.uuid(),
  agent_name: z.string(),
  /** Whom the agent reports for, in words, so that a technician sees at once whether it is the right client. */
  msp_name: z.string(),
  client_name: z.string().nullable(),
  /** The server's Ed25519 public key (SubjectPublicKeyInfo, DER, base64), pinned by the agent. */
  server_public_key: z.base64(),
  /** Where reports go, without path; the agent keeps the URL it enrolled with when this is null. */
  ingest_url: z.url().nullable(),
});
export type EnrolmentAnswer = z.infer<typeof enrolmentAnswer>;

/** The exact text that an enrolling machine signs with its new key. */
export function enrolmentSigningText(
  request: Pick<EnrolmentRequest, 'token' | 'hostname' | 'public_key'>,
): string {
  return ['holdfast-enrolment-1', request.token, request.hostname, request.public_key].join('\n');
}
