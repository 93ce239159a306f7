import type { ReactNode } from 'react';
import type { RuleTerms } from '@/domain/notify/notification-rule';
import { SendButton } from '../forms/send-button';
import { Table, Td, Th, Tr } from '../ui/table';
import { whatText, whenText } from './notification-words';

export interface RuleRow {
  readonly ruleId: string;
  readonly name: string;
  readonly channelId: string;
  readonly escalationChannelId: string | null;
  readonly terms: RuleTerms;
}

interface Props {
  rules: readonly RuleRow[];
  /** Names by id. */
  channelNames: ReadonlyMap<string, string>;
  editorFor: (rule: RuleRow) => ReactNode;
}

/** What is told, when, and whom. */
export function RuleTable({ rules, channelNames, editorFor }: Props) {
  const nameOf = (channelId: string) => channelNames.get(channelId) ?? 'a removed channel';
  const head = (
    <>
      <Th>Rule</Th>
      <Th>When</Th>
      <Th>To</Th>
      <Th className="relative text-right">
        <span className="sr-only">Actions</span>
      </Th>
    </>
  );
  return (
    <Table head={head}>
      {rules.map((rule) => (
        <Tr key={rule.ruleId}>
          <Td at="first">
            <span className="font-medium [overflow-wrap:anywhere] whitespace-normal">{rule.name}</span>
            <span className="text-ink-3 block text-xs whitespace-normal">{whatText(rule.terms)}</span>
          </Td>
          <Td at="second" className="text-ink-2">
            <span className="whitespace-normal">{whenText(rule.terms)}</span>
          </Td>
          <Td at="third">
            <span className="[overflow-wrap:anywhere] whitespace-normal">{nameOf(rule.channelId)}</span>
            {rule.escalationChannelId !== null && (
              <span className="text-ink-3 block text-xs [overflow-wrap:anywhere] whitespace-normal">
                not acknowledged in {rule.terms.escalateAfterMinutes} min: {nameOf(rule.escalationChannelId)}
              </span>
            )}
          </Td>
          <Td at="third-right" className="text-right">
            <span className="inline-flex gap-1">
              {editorFor(rule)}
              <SendButton
                method="PUT"
                address={`/api/v1/notification-rules/${rule.ruleId}/removal`}
                label={`Remove ${rule.name}`}
                done={`${rule.name} tells nothing any more.`}
                undo="DELETE"
              >
                Remove
              </SendButton>
            </span>
          </Td>
        </Tr>
      ))}
    </Table>
  );
}
