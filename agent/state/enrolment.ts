import path from 'node:path';
import { z } from 'zod';
import { AgentError, exitCode } from '@/agent/agent-error';
import { readStateFile, writeStateFile } from '@/agent/state/state-file';

/** Who this machine is to its server. The private key never leaves the file (0600). */
const enrolment = z.object({
  agent_id: z.uuid(),
  agent_name: z.string(),
  msp_name: z.string(),
  client_name: z.string().nullable(),
  /** Where it enrolled, and where its reports go; without path. */
  url: z.url(),
  ingest_url: z.url(),
  server_public_key: z.string(),
  /** PKCS8, PEM, Ed25519. */
  private_key: z.string(),
  enrolled_at: z.iso.datetime(),
});
export type Enrolment = z.output<typeof enrolment>;

const enrolmentFile = (stateDir: string): string => path.join(stateDir, 'enrolment.json');

/** null when this machine is not enrolled. */
export function readEnrolment(stateDir: string): Enrolment | null {
  return readStateFile(enrolmentFile(stateDir), enrolment);
}

export function writeEnrolment(stateDir: string, value: Enrolment): void {
  writeStateFile(enrolmentFile(stateDir), value);
}

/** @throws AgentError when this machine is not enrolled */
export function requireEnrolment(stateDir: string): Enrolment {
  const value = readEnrolment(stateDir);
  if (value) return value;
  throw new AgentError(
    exitCode.refused,
    `This machine is not enrolled (no ${enrolmentFile(stateDir)})`,
    'Run `holdfast-agent enrol <url> <token>`, or set HOLDFAST_URL and HOLDFAST_TOKEN.',
  );
}
