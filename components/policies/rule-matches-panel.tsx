import type { RuleMatches } from '@/domain/policy/rule-preview';
import { counted, countText } from '../format/amounts';
import { Button } from '../ui/button';
import { claimsText, reasonsText } from './assignment-rule-words';
import { PreviewPanel } from './preview-panel';
import type { RulePreview } from './use-rule-preview';

interface Props {
  preview: RulePreview;
  /** What has to be said before there is anything to tell; null: nothing. */
  missing: string | null;
  /** Whether it is to be asked of them, and their verdicts are evaluated. */
  isJudged: boolean;
}

/** Which systems a draft of a rule is met by now, and what it would do to them. */
export function RuleMatchesPanel({ preview, missing, isJudged }: Props) {
  if (missing !== null) return <p className="text-13 text-ink-3">{missing}</p>;
  switch (preview.state) {
    case 'none':
    case 'running':
      return <output className="text-13 text-ink-2 block">Looking which of your systems meet it …</output>;
    case 'failed':
      return (
        <div className="text-13 flex flex-col items-start gap-2">
          <p role="alert" className="text-bad">
            {preview.sentence}
          </p>
          <Button onClick={preview.askAgain}>Try again</Button>
        </div>
      );
    case 'ready':
      return (
        <>
          <Found matches={preview.matches} />
          {isJudged && preview.matches.taggedCount + preview.matches.assignedCount > 0 && (
            <div className="mt-3">
              <PreviewPanel preview={preview.judged} fleetCount={0} />
            </div>
          )}
        </>
      );
  }
}

function Found({ matches }: { matches: RuleMatches }) {
  const { count, systems } = matches;
  const others = count - systems.length;
  return (
    <div className="text-13">
      <output className="block font-medium">
        {count === 0
          ? 'None of your systems meets it now.'
          : `${counted(count, 'system')} ${count === 1 ? 'meets' : 'meet'} it now.`}
      </output>
      {count > 0 && (
        <ul className="mt-1">
          {systems.map(({ systemId, name, clientName, reasons }) => (
            <li key={systemId} className="[overflow-wrap:anywhere]">
              {name}{' '}
              <span className="text-ink-3">
                of {clientName}: {reasonsText(reasons)}
              </span>
            </li>
          ))}
        </ul>
      )}
      {others > 0 && <p className="text-ink-3">And {counted(others, 'more system')}.</p>}
      {effectLines(matches).map((line) => (
        <p key={line} className="text-ink-2 mt-1">
          {line}
        </p>
      ))}
      <Contested
        title="Conflicts: nothing changes until somebody decides"
        systems={matches.conflicts}
        count={matches.conflictCount}
      />
      <Contested
        title="A person assigned another policy, which stays"
        systems={matches.persons}
        count={matches.personCount}
      />
    </div>
  );
}

/** What it would do to them if it were asked of them. */
function effectLines(matches: RuleMatches): string[] {
  const { taggedCount, assignedCount, replacedCount, heldCount, decidedCount, tagsLeftOutCount } = matches;
  const lines = [
    taggedCount > 0 && `${counted(taggedCount, 'system')} would get tags.`,
    assignedCount > 0 &&
      `${counted(assignedCount, 'system')} would get the policy${
        replacedCount > 0 ? `, ${countText(replacedCount)} in place of another rule’s` : ''
      }.`,
    heldCount > 0 &&
      `${counted(heldCount, 'system')} ${heldCount === 1 ? 'has' : 'have'} the policy already.`,
    decidedCount > 0 && `For ${counted(decidedCount, 'system')} a person has decided before, which stays.`,
    tagsLeftOutCount > 0 && `${counted(tagsLeftOutCount, 'tag')} would be too many, and left out.`,
  ];
  return lines.filter((line) => line !== false);
}

function Contested({
  title,
  systems,
  count,
}: {
  title: string;
  systems: RuleMatches['conflicts'];
  count: number;
}) {
  if (count === 0) return null;
  return (
    <div className="bg-risk-bg mt-2 rounded-md px-2.5 py-1.5">
      <p className="font-medium">
        {title} ({countText(count)})
      </p>
      <ul>
        {systems.map(({ systemId, name, clientName, claims }) => (
          <li key={systemId} className="[overflow-wrap:anywhere]">
            {name}{' '}
            <span className="text-ink-2">
              of {clientName}: {claimsText(claims)}
            </span>
          </li>
        ))}
      </ul>
      {count > systems.length && <p>And {counted(count - systems.length, 'more system')}.</p>}
    </div>
  );
}
