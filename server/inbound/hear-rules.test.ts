import { describe, expect, test } from 'vitest';
import type { RuleDefinition } from '@/domain/message-rules/message-rule';
import { hearRules, readyRules, rulesFor, type RuleInUse } from './hear-rules';
import { hearContent, type InboundContent, readInbound } from './parse-inbound';

const NO_CAPTURES = {
  job: null,
  host: null,
  started: null,
  ended: null,
  duration: null,
  bytes: null,
  reason: null,
};
const words = (find: string) => ({ in: 'anywhere', by: 'words', find }) as const;

let count = 0;
function ruleOf(parts: Partial<RuleInUse & Extract<RuleDefinition, { kind: 'text' }>> = {}): RuleInUse {
  const {
    messageRuleId = `${++count}`,
    name = 'the rule',
    clientId = null,
    channelId = null,
    ...said
  } = parts;
  return {
    messageRuleId,
    name,
    clientId,
    channelId,
    version: 1,
    definition: {
      kind: 'text',
      from: 'acme.example',
      holds: [],
      failed: [words('broken')],
      warning: [words('so-so')],
      success: [words('fine')],
      captures: { ...NO_CAPTURES, job: { in: 'text', by: 'after', find: 'job' } },
      timeZone: null,
      ...said,
    },
  };
}

const mail = (body: string, type = 'text/plain'): Promise<InboundContent> =>
  readInbound(
    Buffer.from(
      ['From: <b@acme.example>', 'Subject: Night', `Content-Type: ${type}; boundary=x`, '', body].join(
        '\r\n',
      ),
    ),
    'message/rfc822',
  );
const part = (type: string, body: string): string => `--x\r\nContent-Type: ${type}\r\n\r\n${body}\r\n`;
const heardOf = (rules: readonly RuleInUse[], content: InboundContent) =>
  hearRules(readyRules(rules), content, hearContent(content));

describe('rules that hold for a message', () => {
  test('report its run', async () => {
    const { reports, uses, notes } = heardOf([ruleOf()], await mail('all fine\r\nJob: dump'));
    expect(reports).toMatchObject([{ status: 'success', job: 'dump', product: 'rule' }]);
    expect(uses).toMatchObject([{ status: 'success', isDecisive: true }]);
    expect(notes).toEqual(['Read by the rule “the rule”.']);
  });

  test('say the worse one where they disagree, and which say what', async () => {
    const rules = [ruleOf({ name: 'kind' }), ruleOf({ name: 'strict', failed: [words('fine')] })];
    const { reports, uses, notes } = heardOf(rules, await mail('all fine'));
    expect(reports).toMatchObject([{ status: 'failed' }]);
    expect(uses).toMatchObject([
      { name: 'kind', status: 'success', isDecisive: false },
      { name: 'strict', status: 'failed', isDecisive: true },
    ]);
    expect(notes).toEqual([
      'Read by the rule “strict”.',
      'The rule “kind” says success: the worse one counts.',
    ]);
  });

  test('and find no sign decide nothing, and say why', async () => {
    expect(heardOf([ruleOf()], await mail('Job: dump'))).toEqual({
      reports: [],
      uses: [],
      notes: ['The rule “the rule” holds for it, but nothing in it says how the run ended.'],
    });
  });
});

describe('a message that says what it says in several ways', () => {
  test('is one run, the worse, with what any of them tells', async () => {
    const content = await mail(
      [
        part('text/plain', 'all fine, job: dump'),
        part('text/html', '<p>so-so</p><p>Job: dump'),
        '--x--',
      ].join(''),
      'multipart/alternative',
    );
    expect(content.texts).toHaveLength(2);
    expect(heardOf([ruleOf()], content).reports).toMatchObject([{ status: 'warning', job: 'dump' }]);
  });

  test('is decided by the one that says how it ended', async () => {
    const content = await mail(
      [part('text/plain', 'Please look at the HTML.'), part('text/html', '<p>all fine'), '--x--'].join(''),
      'multipart/alternative',
    );
    expect(heardOf([ruleOf()], content).reports).toMatchObject([{ status: 'success' }]);
  });

  test('is not success where one of them was not looked at whole', async () => {
    const long = 'line\r\n'.repeat(20_000);
    const parts = (said: string) =>
      mail(
        [part('text/plain', said), part('text/html', `<pre>${long}</pre>`), '--x--'].join(''),
        'multipart/alternative',
      );
    expect(heardOf([ruleOf()], await parts('all fine')).reports).toEqual([]);
    expect(heardOf([ruleOf()], await parts('broken')).reports).toMatchObject([{ status: 'failed' }]);
  });
});

describe('rules for texts', () => {
  test('are not asked of a JSON that is spelled out', async () => {
    const content = await readInbound(Buffer.from('{"said": "all fine"}'), 'text/plain');
    expect(heardOf([ruleOf({ from: null, holds: [words('said')] })], content).reports).toEqual([]);
  });

  test('are asked of the text of a webhook, which has no sender', async () => {
    const content = await readInbound(Buffer.from('POST / HTTP/1.1\r\n\r\nall fine'), 'text/plain');
    expect(heardOf([ruleOf({ from: null, holds: [words('all')] })], content).reports).toHaveLength(1);
    expect(heardOf([ruleOf()], content).reports).toEqual([]);
  });
});

describe('rules for JSON', () => {
  const definition: RuleDefinition = {
    kind: 'json',
    holds: [{ pointer: '/tool', equals: null }],
    outcomes: [{ pointer: '/status', value: 'up', means: 'success' }],
    captures: { ...NO_CAPTURES, job: '/tool' },
    timeZone: null,
  };

  test('are asked of a body, and of what an address says', async () => {
    const rule = { ...ruleOf(), definition };
    for (const request of [
      'POST / HTTP/1.1\r\n\r\n{"tool": "x", "status": "up"}',
      'GET /?tool=x&status=up HTTP/1.1\r\n\r\n',
    ]) {
      const content = await readInbound(Buffer.from(request), 'text/plain');
      expect(hearRules(readyRules([rule]), content, { product: null, reports: [] }).reports).toMatchObject([
        { status: 'success', job: 'x' },
      ]);
    }
  });
});

const proposal = (status: 'failed' | 'success') => ({
  product: 'guessed',
  reports: [{ product: 'guessed', confidence: 'unverified', kind: 'job_result', status } as const],
});

describe('beside what a product’s parser proposes', () => {
  test('a rule makes nothing better', async () => {
    const content = await mail('all fine');
    const worse = hearRules(readyRules([ruleOf()]), content, proposal('failed'));
    expect(worse.reports).toMatchObject([{ status: 'failed', product: 'guessed' }]);
    expect(worse.notes.at(-1)).toMatch(/^guessed seems to say failed/);
    expect(hearRules(readyRules([ruleOf()]), content, proposal('success')).reports).toMatchObject([
      { status: 'success' },
    ]);
  });
});

describe('the rules of a channel', () => {
  const at = { clientId: 'client', channelId: 'channel' };
  test('are its own, its client’s and the MSP’s, in this order', () => {
    const rules = [
      ruleOf({ name: 'msp' }),
      ruleOf({ name: 'other client', clientId: 'other' }),
      ruleOf({ name: 'client', clientId: 'client' }),
      ruleOf({ name: 'other channel', clientId: 'client', channelId: 'other' }),
      ruleOf({ name: 'channel', ...at }),
    ];
    expect(rulesFor(readyRules(rules), at).map(({ name }) => name)).toEqual(['channel', 'client', 'msp']);
    expect(rulesFor(readyRules(rules).toReversed(), at).map(({ name }) => name)).toEqual([
      'channel',
      'client',
      'msp',
    ]);
  });

  test('whose pattern is none any more is left out', () => {
    expect(readyRules([ruleOf({ success: [{ in: 'text', by: 'pattern', find: '(' }] })])).toEqual([]);
  });
});
