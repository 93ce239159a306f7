import { Mark, RunMark } from '../backup/status-mark';
import { counted } from '../format/amounts';
import { exactText } from '../format/words';
import { Section } from '../ui/section';
import { Table, Td, Th, Tr } from '../ui/table';
import { TextLink } from '../ui/text-link';
import { CAPTURE_WORD, factText, unreadText } from './message-rule-words';
import type { MessageRulePreview, TriedFact, TriedMessage } from './use-message-rule-preview';

/** What a rule makes of the message that it is made from. */
export function RuleAnswer({ preview, missing }: { preview: MessageRulePreview; missing: string | null }) {
  return (
    <section
      aria-label="What the rule makes of this message"
      className="border-line-2 rounded-lg border px-4 py-3"
    >
      <output className="text-13 block">
        {missing !== null ? <span className="text-ink-2">{missing}</span> : <Answer preview={preview} />}
      </output>
    </section>
  );
}

function Answer({ preview }: { preview: MessageRulePreview }) {
  switch (preview.state) {
    case 'none':
    case 'running':
      return <span className="text-ink-3">Reading the message by the rule …</span>;
    case 'refused':
      return <span className="text-bad">{refusalText(preview.refusal)}</span>;
    case 'ready':
      return <Example tried={preview.preview.example} />;
  }
}

function refusalText({
  sentence,
  fields,
}: {
  sentence: string;
  fields: Readonly<Record<string, string>>;
}): string {
  return Object.values(fields)[0] ?? sentence;
}

function Example({ tried }: { tried: TriedMessage }) {
  return (
    <>
      <span className="flex flex-wrap items-center gap-x-2">
        This message would be: <Outcome tried={tried} />
      </span>
      <span className="text-ink-2 mt-0.5 block [overflow-wrap:anywhere]">{whyText(tried)}</span>
      {tried.facts.length > 0 && <Facts facts={tried.facts} timeZone={tried.timeZone} />}
    </>
  );
}

function Facts({ facts, timeZone }: { facts: readonly TriedFact[]; timeZone: string }) {
  return (
    <dl className="mt-2 grid grid-cols-[80px_minmax(0,1fr)] gap-x-2">
      {facts.map((fact) => {
        const text = factText(fact, timeZone);
        return (
          <div key={fact.name} className="contents">
            <dt className="text-ink-3">{CAPTURE_WORD[fact.name]}</dt>
            <dd className="[overflow-wrap:anywhere]">
              {text ?? <span className="text-risk">{unreadText(fact)}</span>}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

/** What becomes of a message with the rule. */
function Outcome({ tried }: { tried: TriedMessage }) {
  if (tried.isParsers) return <Mark tone="off">left to the parser of {tried.product}</Mark>;
  if (tried.said === 'none') return <Mark tone="off">not its message</Mark>;
  if (tried.status === null) return <Mark tone="unk">still put aside</Mark>;
  const isWorse = tried.parserStatus !== null && HARM[tried.parserStatus] > HARM[tried.status];
  return (
    <RunMark status={isWorse && tried.parserStatus ? tried.parserStatus : tried.status} isPartial={false} />
  );
}

const HARM = { success: 0, warning: 1, failed: 2 } as const;

function whyText({ said, status, because, product, parserStatus, isParsers }: TriedMessage): string {
  if (isParsers)
    return `It is a message of ${product}, whose own parser has the word; the rule is not asked.`;
  if (said === 'none') return `The rule does not hold for it: ${because}.`;
  if (said === 'undecided') return `The rule holds for it, but ${because}.`;
  const worse =
    parserStatus !== null && status !== null && HARM[parserStatus] > HARM[status]
      ? ` But ${product} seems to say ${parserStatus}, which is worse and counts.`
      : '';
  return `Because of “${because}”.${worse}`;
}

/** What a rule would make of the newest messages beside it: those that were put aside, and those that were read. */
export function RulePreviewLists({ preview }: { preview: MessageRulePreview }) {
  if (preview.state !== 'ready') return null;
  const { aside, read } = preview.preview;
  const taken = read.filter(({ said }) => said === 'decided');
  return (
    <>
      <Section id="aside" title="Messages that were put aside" aside={asideText(aside)}>
        <Tried messages={aside} empty="No other message within its reach was put aside." />
      </Section>
      <Section
        id="read"
        title="Messages that were read"
        aside={`they stay as they were read; the rule holds for ${taken.length} of the newest ${read.length}`}
      >
        <Tried messages={taken} empty="The rule would say nothing of those that were read." />
      </Section>
    </>
  );
}

function asideText(aside: readonly TriedMessage[]): string {
  const count = aside.filter(({ status, isParsers }) => status !== null && !isParsers).length;
  return `the rule would read ${count} of the newest ${counted(aside.length, 'message')}`;
}

const HEAD = (
  <>
    <Th>Message</Th>
    <Th>Would be</Th>
    <Th>Channel</Th>
    <Th>Received</Th>
  </>
);

function Tried({ messages, empty }: { messages: readonly TriedMessage[]; empty: string }) {
  if (messages.length === 0) return <p className="text-13 text-ink-3">{empty}</p>;
  return (
    <Table head={HEAD}>
      {messages.map((tried) => (
        <Tr key={tried.rawReportId}>
          <Td at="first" className="!whitespace-normal">
            <TextLink href={`/raw-reports/${tried.rawReportId}`}>{tried.title}</TextLink>
            <span className="text-ink-3 block text-xs [overflow-wrap:anywhere]">{whyText(tried)}</span>
          </Td>
          <Td at="first-right">
            <Outcome tried={tried} />
          </Td>
          <Td at="second" className="text-ink-2 !whitespace-normal">
            {tried.channelName} <span className="text-ink-3">· {tried.clientName}</span>
          </Td>
          <Td at="second-right" className="text-ink-3">
            {exactText(Date.parse(tried.receivedAt), tried.timeZone)}
          </Td>
        </Tr>
      ))}
    </Table>
  );
}
