import { expect, test } from 'vitest';
import { disagreementText, toldByLongText, toldByText, type ToldRun } from './told-by';

const run = (said: Partial<ToldRun>): ToldRun => ({
  status: 'success',
  trust: 'signed',
  toldBy: ['agent'],
  disagreement: null,
  ...said,
});

test('the strongest evidence stands first, whichever came first', () => {
  expect(toldByText(run({ toldBy: ['mail', 'ping', 'agent'] }))).toBe('agent, ping, mail');
  expect(toldByLongText(run({ toldBy: ['ping', 'agent'] }))).toBe('signed by the agent, told by a ping');
  expect(toldByText(run({ toldBy: ['mail'] }))).toBe('mail');
});

test('where two channels differ, both words are told with who said which', () => {
  expect(disagreementText(run({}))).toBeNull();
  const failed = { status: 'failed', trust: 'token' } as const;
  expect(disagreementText(run({ toldBy: ['ping', 'agent'], disagreement: failed }))).toBe(
    'agent: success, a ping said failed',
  );
  expect(disagreementText(run({ toldBy: ['webhook', 'agent'], disagreement: failed }))).toBe(
    'agent: success, a webhook said failed',
  );
  const mailed = { status: 'success', trust: 'unverified' } as const;
  expect(
    disagreementText(
      run({ status: 'failed', trust: 'token', toldBy: ['ping', 'mail'], disagreement: mailed }),
    ),
  ).toBe('ping: failed, a mail said success');
  expect(disagreementText(run({ toldBy: ['agent'], disagreement: failed }))).toBe(
    'agent: success, another channel said failed',
  );
});
