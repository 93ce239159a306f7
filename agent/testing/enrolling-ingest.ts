import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { enrolmentRequest, enrolmentSigningText } from '@/contract/enrolment';
import { publicKeyOf, sendJson, sendProblem, type FakeIngest } from './fake-ingest';

export const TOKEN = `hfe_${'t0k3n'.repeat(8)}abc`;
export const AGENT_ID = '0190a1b2-0000-7000-8000-000000000001';

/**
 * Answers enrolments as the real server does, and checks deliveries with the key that was enrolled last.
 * @param serverKeys what the server signs with; the agent pins the public one
 */
export function enrolLikeTheServer(
  ingest: FakeIngest,
  serverKeys = generateKeyPairSync('ed25519'),
): FakeIngest['otherwise'] {
  return (body, response) => {
    const request = enrolmentRequest.parse(JSON.parse(body));
    const key = createPublicKey({
      key: Buffer.from(request.public_key, 'base64'),
      format: 'der',
      type: 'spki',
    });
    const text = Buffer.from(enrolmentSigningText(request));
    if (!verify(null, text, key, Buffer.from(request.signature, 'base64')))
      return sendProblem(response, 400, 'bad_signature');
    ingest.publicKey = publicKeyOf(request.public_key);
    const serverKey = serverKeys.publicKey.export({ type: 'spki', format: 'der' });
    return sendJson(response, 201, {
      agent_id: AGENT_ID,
      agent_name: request.name,
      msp_name: 'Quillmark IT',
      client_name: 'Harbour Dental',
      server_public_key: serverKey.toString('base64'),
      ingest_url: null,
    });
  };
}
