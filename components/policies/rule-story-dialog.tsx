'use client';

import { useState } from 'react';
import type { RuleConditions } from '@/domain/policy/assignment-rules';
import { counted } from '../format/amounts';
import { Button } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { Link } from '../ui/link';
import { Moment } from '../ui/moment';
import { useAnswer } from '../ui/use-answer';
import { conditionsText, givesText } from './assignment-rule-words';

interface Props {
  assignmentRuleId: string;
  name: string;
  /** Of clients, sites and policies, by id. */
  names: Readonly<Record<string, string>>;
  timeZone: string;
}

interface Story {
  readonly history: readonly {
    readonly version: number;
    readonly change: 'made' | 'changed' | 'disabled' | 'enabled' | 'removed' | 'brought-back';
    readonly rule: {
      readonly name: string;
      readonly conditions: RuleConditions;
      readonly tags: readonly string[];
      readonly policyId: string | null;
    };
    readonly changedAt: string;
    readonly changedBy: string | null;
  }[];
  readonly matches: readonly {
    readonly systemId: string;
    readonly name: string;
    readonly clientName: string;
    readonly matchedAt: string;
    readonly isFirstSight: boolean;
    readonly matchedBy: string | null;
  }[];
  readonly matchedCount: number;
}

const CHANGE_WORD: Readonly<Record<Story['history'][number]['change'], string>> = {
  made: 'Made',
  changed: 'Changed',
  disabled: 'Switched off',
  enabled: 'Switched on',
  removed: 'Removed',
  'brought-back': 'Brought back',
};

/** Which systems met a rule, and who did what to it. */
export function RuleStoryDialog({ assignmentRuleId, name, names, timeZone }: Props) {
  const [isOpen, setIsOpen] = useState(false);
  const story = useAnswer<Story>(isOpen ? `/api/v1/assignment-rules/${assignmentRuleId}` : null);
  return (
    <FormDialog
      title={name}
      trigger={
        <Button kind="quiet" className="h-7 px-2" aria-label={`Systems and history of ${name}`}>
          History
        </Button>
      }
      isOpen={isOpen}
      onOpenChange={setIsOpen}
    >
      {story.state === 'waiting' && <output className="text-13 text-ink-2 block">One moment …</output>}
      {story.state === 'refused' && (
        <div className="text-13 flex flex-col items-start gap-2">
          <p role="alert" className="text-bad">
            Its history did not come. Check the connection and try again.
          </p>
          <Button onClick={story.askAgain}>Try again</Button>
        </div>
      )}
      {story.state === 'ready' && <Told story={story.answer} names={names} timeZone={timeZone} />}
    </FormDialog>
  );
}

function Told({
  story: { history, matches, matchedCount },
  names,
  timeZone,
}: Pick<Props, 'names' | 'timeZone'> & { story: Story }) {
  const [now] = useState(() => Date.now());
  const byId = new Map(Object.entries(names));
  return (
    <div className="text-13 flex flex-col gap-4">
      <section aria-label="Systems that met it">
        <h3 className="font-semibold">Met by {counted(matchedCount, 'system')}</h3>
        {matchedCount === 0 && (
          <p className="text-ink-3">None yet: it is asked when a report makes a system known.</p>
        )}
        <ul className="max-h-60 overflow-y-auto">
          {matches.map((one) => (
            <li key={one.systemId} className="border-line border-b py-1">
              <Link href={`/systems/${one.systemId}`} className="text-accent hover:underline">
                {one.name}
              </Link>{' '}
              of {one.clientName}
              <span className="text-ink-3 block text-xs">
                {one.isFirstSight ? 'first seen ' : `asked by ${one.matchedBy ?? 'somebody who left'} `}
                <Moment at={Date.parse(one.matchedAt)} timeZone={timeZone} now={now} />
              </span>
            </li>
          ))}
        </ul>
        {matchedCount > matches.length && (
          <p className="text-ink-3">And {counted(matchedCount - matches.length, 'earlier one')}.</p>
        )}
      </section>
      <section aria-label="What was done to it">
        <h3 className="font-semibold">History</h3>
        <ol>
          {history.map(({ version, change, rule, changedAt, changedBy }) => (
            <li key={version} className="border-line border-b py-1">
              {CHANGE_WORD[change]} <Moment at={Date.parse(changedAt)} timeZone={timeZone} now={now} />
              {changedBy && ` by ${changedBy}`}
              {(change === 'made' || change === 'changed') && (
                <span className="text-ink-3 block text-xs [overflow-wrap:anywhere]">
                  {rule.name}: {conditionsText(rule.conditions, byId)} →{' '}
                  {givesText(
                    rule.tags,
                    rule.policyId === null ? null : (byId.get(rule.policyId) ?? 'that is retired'),
                  )}
                </span>
              )}
            </li>
          ))}
        </ol>
      </section>
    </div>
  );
}
