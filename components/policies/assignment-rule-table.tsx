import type { ReactNode } from 'react';
import type { RuleConditions } from '@/domain/policy/assignment-rules';
import type { Instant } from '@/domain/time/instant';
import { SendButton } from '../forms/send-button';
import { SwitchButton } from '../forms/switch-button';
import { counted } from '../format/amounts';
import { Link } from '../ui/link';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';
import { conditionsText, type Names } from './assignment-rule-words';

export interface AssignmentRuleRow {
  readonly assignmentRuleId: string;
  readonly name: string;
  readonly conditions: RuleConditions;
  readonly tags: readonly string[];
  readonly policy: { readonly policyId: string; readonly name: string } | null;
  readonly version: number;
  readonly isEnabled: boolean;
  readonly matchedCount: number;
  readonly lastMatchedAt: Date | null;
}

interface Props {
  rules: readonly AssignmentRuleRow[];
  /** Of clients and sites. */
  names: Names;
  timeZone: string;
  now: Instant;
  mayChange: boolean;
  editorFor: (rule: AssignmentRuleRow) => ReactNode;
  storyFor: (rule: AssignmentRuleRow) => ReactNode;
}

/** The rules: what each asks, what it gives, and how many systems it has met. */
export function AssignmentRuleTable({ rules, names, timeZone, now, mayChange, editorFor, storyFor }: Props) {
  const head = (
    <>
      <Th>Rule</Th>
      <Th>Gives</Th>
      <Th>Met by</Th>
      <Th className="relative text-right">
        <span className="sr-only">Actions</span>
      </Th>
    </>
  );
  return (
    <Table head={head}>
      {rules.map((rule) => (
        <Tr key={rule.assignmentRuleId} data-row="">
          <Td at="first">
            <span className="font-medium [overflow-wrap:anywhere] whitespace-normal">{rule.name}</span>
            {!rule.isEnabled && <span className="text-ink-3"> (switched off)</span>}
            <span className="text-ink-3 block text-xs [overflow-wrap:anywhere] whitespace-normal">
              {conditionsText(rule.conditions, names)}
            </span>
          </Td>
          <Td at="second">
            <Gives rule={rule} />
          </Td>
          <Td at="third" className="text-ink-2">
            {counted(rule.matchedCount, 'system')}
            {rule.lastMatchedAt && (
              <span className="text-ink-3 block text-xs">
                last <Moment at={rule.lastMatchedAt.getTime()} timeZone={timeZone} now={now} />
              </span>
            )}
          </Td>
          <Td at="fourth" className="@2xl:text-right">
            <span className="inline-flex flex-wrap gap-1 @max-2xl:-ml-2">
              {storyFor(rule)}
              {mayChange && (
                <>
                  {editorFor(rule)}
                  <SwitchButton
                    address={`/api/v1/assignment-rules/${rule.assignmentRuleId}/disabling`}
                    name={rule.name}
                    isOn={rule.isEnabled}
                    doneOff={`${rule.name} is asked of nothing now. What it gave stays.`}
                    doneOn={`${rule.name} is asked of what is first seen from now on.`}
                  />
                  <SendButton
                    method="PUT"
                    address={`/api/v1/assignment-rules/${rule.assignmentRuleId}/removal`}
                    label={`Remove ${rule.name}`}
                    done={`${rule.name} is removed. What it gave stays.`}
                    undo="DELETE"
                  >
                    Remove
                  </SendButton>
                </>
              )}
            </span>
          </Td>
        </Tr>
      ))}
    </Table>
  );
}

function Gives({ rule: { tags, policy } }: { rule: AssignmentRuleRow }) {
  return (
    <span className="[overflow-wrap:anywhere] whitespace-normal">
      {policy && (
        <Link href={`/policies/${policy.policyId}`} className="block hover:underline">
          {policy.name}
        </Link>
      )}
      {tags.length > 0 && (
        <span className="text-ink-2">
          {tags.length === 1 ? 'tag' : 'tags'} {tags.join(', ')}
        </span>
      )}
    </span>
  );
}
