import { endingsOf, type RuleDefinition } from '@/domain/message-rules/message-rule';
import type { Instant } from '@/domain/time/instant';
import { SwitchButton } from '../forms/switch-button';
import { counted } from '../format/amounts';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';
import { TextLink } from '../ui/text-link';

export interface MessageRuleRow {
  readonly messageRuleId: string;
  readonly name: string;
  readonly definition: RuleDefinition;
  readonly clientName: string | null;
  readonly channelName: string | null;
  readonly version: number;
  readonly disabledAt: Date | null;
  readonly createdByName: string;
  readonly readCount: number;
  readonly lastReadAt: Date | null;
}

interface Props {
  rules: readonly MessageRuleRow[];
  timeZone: string;
  now: Instant;
  mayChange: boolean;
}

const HEAD = (
  <>
    <Th>Rule</Th>
    <Th>Asked of</Th>
    <Th>Has read</Th>
    <Th className="relative text-right">
      <span className="sr-only">Actions</span>
    </Th>
  </>
);

/** The rules for messages: what each looks for, of whom it is asked, and how many messages it has read. */
export function MessageRuleTable({ rules, timeZone, now, mayChange }: Props) {
  return (
    <Table head={HEAD}>
      {rules.map((rule) => (
        <Tr key={rule.messageRuleId} data-row="">
          <Td at="first" className="!whitespace-normal">
            <TextLink href={`/agents/channels/rules/${rule.messageRuleId}`} className="font-medium">
              {rule.name}
            </TextLink>
            {rule.disabledAt && <span className="text-ink-3"> (switched off)</span>}
            <span className="text-ink-3 block text-xs [overflow-wrap:anywhere]">
              {looksForText(rule.definition)}
            </span>
          </Td>
          <Td at="second" className="text-ink-2 !whitespace-normal">
            {reachText(rule)}
          </Td>
          <Td at="third" className="text-ink-2">
            {counted(rule.readCount, 'message')}
            {rule.lastReadAt && (
              <span className="text-ink-3 block text-xs">
                last <Moment at={rule.lastReadAt.getTime()} timeZone={timeZone} now={now} />
              </span>
            )}
          </Td>
          <Td at="fourth" className="@2xl:text-right">
            {mayChange && <RuleSwitch rule={rule} />}
          </Td>
        </Tr>
      ))}
    </Table>
  );
}

/** Of whose messages a rule is asked. */
export function reachText({
  clientName,
  channelName,
}: Pick<MessageRuleRow, 'clientName' | 'channelName'>): string {
  if (channelName !== null) return `${channelName} of ${clientName}`;
  return clientName ?? 'every client';
}

/** What a rule looks at and which endings it can tell, in a line. */
function looksForText(rule: RuleDefinition): string {
  const holds =
    rule.kind === 'text'
      ? [
          ...(rule.from === null ? [] : [`from ${rule.from}`]),
          ...rule.holds.map(({ by, find }) => (by === 'words' ? `“${find}”` : `/${find}/`)),
        ]
      : rule.holds.map(({ pointer, equals }) => (equals === null ? pointer : `${pointer} = ${equals}`));
  const what = rule.kind === 'text' ? 'texts' : 'JSON';
  const endings = endingsOf(rule).map((status) => (status === 'failed' ? 'failure' : status));
  return `${what}${holds.length > 0 ? `: ${holds.join(', ')}` : ' of any kind'}; tells ${endings.join(', ')}`;
}

/** Switches a rule off, with undo, or on again. */
export function RuleSwitch({
  rule: { messageRuleId, name, disabledAt },
}: {
  rule: Pick<MessageRuleRow, 'messageRuleId' | 'name' | 'disabledAt'>;
}) {
  return (
    <SwitchButton
      address={`/api/v1/message-rules/${messageRuleId}/disabling`}
      name={name}
      isOn={disabledAt === null}
      doneOff={`${name} is asked of nothing now. What it read stays.`}
      doneOn={`${name} is asked again. What was put aside is read once more.`}
    />
  );
}
