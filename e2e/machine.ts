import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import type { Page } from '@playwright/test';
import { deliveryHeader, deliverySigningText, ENROL_PATH, REPORTS_PATH } from '../contract/delivery';
import { enrolmentAnswer, enrolmentSigningText } from '../contract/enrolment';
import { sha256 } from '../server/services/verify-delivery';

/** Has the agents' screen make a line for a machine of the first client that it offers; its dialog stays open. */
export async function lineFromAgents(page: Page): Promise<string> {
  await page.goto('/agents');
  await page.getByRole('button', { name: 'Connect a machine' }).click();
  await page.getByRole('button', { name: 'Make the line' }).click();
  return page.getByLabel('Line that connects the machine').innerText();
}

/** Does on the wire what an agent's machine does: enrols with the line that was shown, and reports. */
export function machineAt(ingestUrl: string, hostname: string) {
  const epoch = randomUUID();
  let sequence = 0;
  let known = { agentId: '', key: generateKeyPairSync('ed25519') };
  /** What its key proves of one request, in the headers of a delivery. */
  function credentials(method: string, path: string, sentAt: string, body: Buffer): Record<string, string> {
    const text = deliverySigningText({
      method,
      path,
      sentAt,
      agentId: known.agentId,
      epoch,
      sequence,
      contentEncoding: 'identity',
      bodySha256: sha256(body).toString('hex'),
    });
    return {
      [deliveryHeader.agentId]: known.agentId,
      [deliveryHeader.sentAt]: sentAt,
      [deliveryHeader.epoch]: epoch,
      [deliveryHeader.sequence]: String(sequence),
      [deliveryHeader.signature]: sign(null, Buffer.from(text), known.key.privateKey).toString('base64'),
    };
  }
  return {
    agentId: (): string => known.agentId,
    credentials,
    runLine: async (line: string): Promise<void> => {
      const token = /hfe_[A-Za-z0-9_-]{43}/.exec(line)?.[0] ?? '';
      const key = generateKeyPairSync('ed25519');
      const public_key = key.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
      const text = enrolmentSigningText({ token, hostname, public_key });
      const signature = sign(null, Buffer.from(text), key.privateKey).toString('base64');
      const response = await fetch(`${ingestUrl}${ENROL_PATH}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          token,
          name: hostname,
          hostname,
          os: 'Debian 12',
          version: '1.0',
          public_key,
          signature,
        }),
      });
      known = { agentId: enrolmentAnswer.parse(await response.json()).agent_id, key };
    },
    /** Delivers a report that says nothing of backups, or these words; answers the status of the delivery. */
    report: async (words?: string, facts: object = {}): Promise<number> => {
      sequence++;
      const sentAt = new Date().toISOString();
      const content = {
        schema_version: '1.0',
        report_id: randomUUID(),
        epoch,
        sequence,
        generated_at: sentAt,
        agent: { id: known.agentId, name: hostname, version: '1.0', hostname },
        source: { adapter: 'restic', adapter_version: '1', tool_version: '0.18.0' },
        ...facts,
      };
      const body = Buffer.from(words ?? JSON.stringify(content));
      const response = await fetch(`${ingestUrl}${REPORTS_PATH}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...credentials('POST', REPORTS_PATH, sentAt, body) },
        body,
      });
      return response.status;
    },
  };
}
