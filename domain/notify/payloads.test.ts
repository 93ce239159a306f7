import { describe, expect, test } from 'vitest';
import type { MessageContent, ToldCause } from './message-content';
import { messageText } from './message-text';
import { mailOf, slackBody, teamsBody, webhookBody } from './payloads';

const ORIGIN = 'https://holdfast.example';
const AT = Date.parse('2026-11-27T22:04:00Z');
const cause = (changed: Partial<ToldCause> = {}): ToldCause => ({
  causeId: 'c1',
  step: 'opened',
  severity: 'critical',
  clientName: 'Eskerby Council',
  title: 'nas-01 did not answer',
  systemCount: 14,
  findingCount: 20,
  openedAt: AT,
  closedAt: null,
  isDrill: false,
  ...changed,
});
const message = (...causes: ToldCause[]): Extract<MessageContent, { kind: 'causes' }> => ({
  kind: 'causes',
  mspName: 'Quillmark IT',
  timeZone: 'Europe/Berlin',
  ruleName: 'Nights',
  at: AT,
  causeCount: causes.length,
  causes,
});

test('one cause is told in its own words, in the zone of the MSP', () => {
  expect(messageText(message(cause()), ORIGIN)).toEqual({
    subject: 'Critical: nas-01 did not answer (Eskerby Council)',
    lead: 'Something needs somebody.',
    lines: [
      {
        head: 'Critical at Eskerby Council',
        title: 'nas-01 did not answer',
        facts: 'open since Fri 27 Nov 23:04, 14 systems',
        url: `${ORIGIN}/findings?cause=c1`,
      },
    ],
    more: null,
    foot: 'Holdfast told you by the rule ‘Nights’ of Quillmark IT.',
    url: `${ORIGIN}/findings?cause=c1`,
  });
});

test.each([
  ['worse', null, 'Worse: nas-01', 'worse, open since Fri 27 Nov 23:04, 14 systems'],
  ['resolved', AT + 3_600_000, 'Settled: nas-01', 'settled, from Fri 27 Nov 23:04 to Sat 28 Nov 00:04'],
  ['over', AT + 60_000, 'Came and went: nas-01', 'came and went, from Fri 27 Nov 23:04 to Fri 27 Nov 23:05'],
  ['escalated', null, 'Not acknowledged: nas-01', 'not acknowledged, open since'],
] as const)('a cause that is %s', (step, closedAt, subject, facts) => {
  const text = messageText(message(cause({ step, closedAt })), ORIGIN);
  expect(text.subject).toContain(subject);
  expect(text.lines[0]?.facts).toContain(facts);
});

const DRILL = { isDrill: true, title: 'DRILL on fs-01, nothing is wrong: a file was damaged on purpose' };

test.each(['opened', 'escalated', 'over', 'resolved'] as const)(
  'a drill says so first of all wherever it is told, and that nothing is wrong (%s)',
  (step) => {
    const content = message(cause({ ...DRILL, step }));
    const { subject, lead, lines } = messageText(content, ORIGIN);
    expect(subject).toMatch(/^DRILL /);
    expect(lead).toMatch(/DRILL.* Nothing (is|was) wrong/);
    expect(lines[0]?.head).toBe('DRILL at Eskerby Council');
    for (const text of [slackBody(content, ORIGIN), teamsBody(content, ORIGIN), mailOf(content, ORIGIN).html])
      expect(text).not.toMatch(/critical/i);
    expect(JSON.parse(webhookBody(content, 'n1', ORIGIN))).toMatchObject({ causes: [{ isDrill: true }] });
  },
);

test('a drill among others is counted apart, never as critical', () => {
  const text = messageText(message(cause(), cause(DRILL)), ORIGIN);
  expect(text.subject).toBe('2 findings at Eskerby Council, 1 of them critical, 1 of them a DRILL');
  expect(text.lead).toContain('1 of them is a DRILL: nothing is wrong there.');
});

test('a storm is counted, and what is not listed is said', () => {
  const causes = Array.from({ length: 60 }, (_, index) =>
    cause({
      causeId: `c${index}`,
      clientName: `Client ${index % 3}`,
      severity: index < 2 ? 'critical' : 'note',
    }),
  );
  const text = messageText({ ...message(...causes), causeCount: 75 }, ORIGIN);
  expect(text.subject).toBe('75 findings at 3 clients, 2 of them critical');
  expect(text.lines).toHaveLength(40);
  expect(text.more).toBe('and 35 more.');
  expect(text.url).toBe(`${ORIGIN}/findings`);
});

describe('what others typed', () => {
  const HOSTILE =
    'x\r\nBcc: all@evil.example\u202e<img src=x onerror="a"> <!channel> <@U1> *b* [c](http://evil)';
  const content = message(cause({ title: HOSTILE, clientName: HOSTILE }));

  test('makes no line of a header', () => {
    const { subject } = mailOf(content, ORIGIN);
    expect(subject).not.toMatch(/[\r\n\u202e]/);
    expect(subject.length).toBeLessThanOrEqual(141);
  });
  test('makes no element of HTML', () => {
    const { html } = mailOf(content, ORIGIN);
    expect(html).not.toMatch(/<img|onerror="/);
    expect(html.match(/<a /g)).toHaveLength(2);
  });
  test('calls nobody and formats nothing in Slack', () => {
    const body = JSON.parse(slackBody(content, ORIGIN)) as {
      text: string;
      blocks: { text?: { text: string } }[];
    };
    expect(body.text).not.toMatch(/<[!@]/);
    expect(body.blocks[2]?.text?.text.match(/</g)).toHaveLength(1);
  });
  test('links and formats nothing in Teams', () => {
    expect(teamsBody(content, ORIGIN)).toContain(String.raw`\\[c\\]\\(http://evil\\)`);
  });
});

test('a webhook has a version, an id, and instants that programs read', () => {
  expect(JSON.parse(webhookBody(message(cause()), 'n1', ORIGIN))).toEqual({
    version: 1,
    id: 'n1',
    type: 'findings',
    at: '2026-11-27T22:04:00.000Z',
    msp: 'Quillmark IT',
    summary: 'Critical: nas-01 did not answer (Eskerby Council)',
    url: `${ORIGIN}/findings?cause=c1`,
    rule: 'Nights',
    causeCount: 1,
    causes: [
      {
        causeId: 'c1',
        step: 'opened',
        severity: 'critical',
        client: 'Eskerby Council',
        title: 'nas-01 did not answer',
        systemCount: 14,
        findingCount: 20,
        openedAt: '2026-11-27T22:04:00.000Z',
        closedAt: null,
        isDrill: false,
        url: `${ORIGIN}/findings?cause=c1`,
      },
    ],
  });
});

test('a storm fits into what Slack and Teams take', () => {
  const long = Array.from({ length: 200 }, (_, index) =>
    cause({ causeId: `c${index}`, title: 'x'.repeat(500) }),
  );
  const slack = JSON.parse(slackBody(message(...long), ORIGIN)) as { blocks: unknown[] };
  expect(slack.blocks.length).toBeLessThanOrEqual(50);
  expect(Buffer.byteLength(teamsBody(message(...long), ORIGIN))).toBeLessThan(28_000);
});
