import { type Refusal, sendJson } from '@/components/forms/send-json';

/** Posts the form; null: the owner exists now. */
export async function postSetUp(form: Readonly<Record<string, unknown>>): Promise<Refusal | null> {
  const sent = await sendJson('POST', '/api/v1/set-up', form);
  if (sent.isOk) return null;
  if (sent.refusal.status !== 404) return sent.refusal;
  return { ...sent.refusal, sentence: 'Somebody has set this up already.' };
}
