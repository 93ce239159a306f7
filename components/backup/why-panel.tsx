import { X } from 'lucide-react';
import { Link } from '../ui/link';
import type { ReactNode } from 'react';
import type { PolicyLayer } from '@/domain/policy/resolve-policy';
import { explainVerdict, type ExplainedCondition, type ExplainedFact } from '@/domain/protection/explain';
import type { ProtectionFacts } from '@/domain/protection/facts';
import {
  changeText,
  durationText,
  findingText,
  promisedText,
  reasonText,
  rejectionText,
  shortfallText,
  type Words,
} from '@/domain/protection/sentence';
import {
  DIGITS,
  type CandidateChange,
  type DigitName,
  type RejectionReason,
  type Status,
  type Verdict,
} from '@/domain/protection/verdict';
import { FocusOnOpen } from '../ui/focus-on-open';
import { Origin } from './origin';
import { Mark, StatusMark } from './status-mark';
import { sentenceCase } from '@/domain/text/sentence-case';

interface Props {
  systemName: string;
  status: Status;
  facts: ProtectionFacts;
  verdict: Verdict;
  policy: { name: string; version: number; layers: readonly PolicyLayer[] };
  words: Words;
  closeHref: string;
  factsHref: string;
}

/** Facts → rule → verdict: all that the verdict rests on, each fact with the report it came from. */
export function WhyPanel({ systemName, status, facts, verdict, policy, words, closeHref, factsHref }: Props) {
  const explained = explainVerdict(facts, verdict);
  return (
    <section
      aria-labelledby="why-title"
      className="border-line bg-bg-2 text-13 border-l max-xl:mt-6 max-xl:border-y max-xl:border-l-0 xl:[grid-area:why]"
    >
      <div className="xl:sticky xl:top-12 xl:max-h-[calc(100dvh-48px)] xl:overflow-y-auto" tabIndex={-1}>
        <header className="flex items-center justify-between gap-2 px-5 pt-4 pb-2.5">
          <FocusOnOpen>
            <h2 id="why-title">
              Why is {systemName} {status.replace('at-risk', 'at risk')}?
            </h2>
          </FocusOnOpen>
          <Link
            href={closeHref}
            scroll={false}
            aria-label="Close the explanation"
            data-closes=""
            className="text-ink-3 hover:bg-bg-3 grid size-7 place-items-center rounded-md"
          >
            <X size={16} aria-hidden="true" />
          </Link>
        </header>
        <Part title="Facts" aside="what was reported">
          <FactList explained={explained.facts} verdict={verdict} words={words} />
        </Part>
        <Part title="Rule" aside={`${policy.name}, version ${policy.version}`}>
          <ConditionTable conditions={explained.conditions} verdict={verdict} words={words} />
          <p className="text-ink-3 mt-2 text-xs">
            Set by {policy.layers.toReversed().map(layerText).join(', over ')}.
          </p>
        </Part>
        <Part title="Verdict" aside={words.formatInstant(verdict.evaluatedAt)}>
          <p>
            <StatusMark status={verdict.status} />{' '}
            {verdict.reasons.map((reason) => reasonText(reason, verdict, words)).join('; ')}.
          </p>
          <TriedChanges tried={verdict.tried} />
        </Part>
        <div className="border-line border-t px-5 py-3.5">
          <a
            href={factsHref}
            className="border-line-2 bg-bg hover:bg-bg-3 inline-flex h-7 items-center rounded-md border px-2.5 font-medium"
          >
            Facts as JSON
          </a>
        </div>
      </div>
    </section>
  );
}

function Part({ title, aside, children }: { title: string; aside: string; children: ReactNode }) {
  return (
    <section className="border-line border-t px-5 pt-3.5 pb-4">
      <h3 className="text-13 mb-2.5 flex justify-between gap-3 font-semibold">
        {title}
        <span className="text-ink-3 font-normal">{aside}</span>
      </h3>
      {children}
    </section>
  );
}

function FactList({
  explained,
  verdict,
  words,
}: {
  explained: readonly ExplainedFact[];
  verdict: Verdict;
  words: Words;
}) {
  if (explained.length === 0) return <p className="text-ink-2">Nothing was ever reported.</p>;
  return (
    <ol className="grid gap-3">
      {explained.map((fact) => (
        <li key={fact.number} className="flex gap-2.5">
          <span className="border-line-2 bg-bg text-ink-2 text-11 grid size-5 flex-none place-items-center rounded-full border font-semibold tabular-nums">
            {fact.number}
          </span>
          <div className="min-w-0 [overflow-wrap:anywhere]">
            {factText(fact, verdict, words)}
            <Origin origin={fact.origin} source={fact.source} words={words} />
          </div>
        </li>
      ))}
    </ol>
  );
}

function factText({ subjectName, value }: ExplainedFact, verdict: Verdict, words: Words): ReactNode {
  switch (value.kind) {
    case 'point':
      return (
        <>
          Newest point in {subjectName}: <code>{value.key.slice(0, 8)}</code>,{' '}
          {words.formatInstant(value.takenAt)}, that is{' '}
          <b>{durationText(verdict.evaluatedAt - value.takenAt)}</b> old; {outcomeText(value.outcome)}.
        </>
      );
    case 'attribute':
      return `${subjectName}: ${value.name} ${attributeText(value.text)}.`;
    case 'finding': {
      const finding = verdict.findings.find(
        (one) => one.rule === value.rule && one.subject.name === subjectName,
      );
      return finding === undefined ? value.rule : `${sentenceCase(findingText(finding, words))}.`;
    }
  }
}

/** A failure domain of its own carries the repository's id, which says nothing to people. */
function attributeText(text: string): string {
  return text.startsWith('repository:') ? 'of its own' : text.replace(/^host:/, '');
}

function outcomeText(outcome: string): string {
  if (outcome === 'not-seen') return 'how its run ended was not seen';
  return outcome === 'claimed' ? 'a message claims it' : `its run ended ${outcome}`;
}

function ConditionTable({
  conditions,
  verdict,
  words,
}: {
  conditions: readonly ExplainedCondition[];
  verdict: Verdict;
  words: Words;
}) {
  return (
    <table className="w-full border-collapse">
      <thead>
        <tr className="text-ink-3 text-left text-xs">
          <th scope="col" className="pb-1 font-medium">
            Condition
          </th>
          <th scope="col" className="w-9 pb-1 font-medium">
            Fact
          </th>
          <th scope="col" className="w-14 pb-1 font-medium">
            Holds
          </th>
        </tr>
      </thead>
      <tbody>
        {conditions.map((condition) => (
          <tr key={keyOf(condition)} className="align-top">
            <td className="border-line border-t py-1.5 pr-2 [overflow-wrap:anywhere]">
              {nameOf(condition)}
              <span className="text-ink-3 block text-xs">{detailOf(condition, verdict, words)}</span>
            </td>
            <td className="border-line text-ink-2 border-t py-1.5 text-xs tabular-nums">
              {condition.factNumber ?? ''}
            </td>
            <td className="border-line border-t py-1.5">
              <Mark tone={condition.holds ? 'ok' : 'bad'}>{condition.holds ? 'Yes' : 'No'}</Mark>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function keyOf(condition: ExplainedCondition): string {
  if (condition.kind === 'digit') return `digit ${condition.digit}`;
  return `${condition.kind} ${condition.repositoryName} ${condition.reason?.code ?? ''}`;
}

function nameOf(condition: ExplainedCondition): string {
  switch (condition.kind) {
    case 'digit':
      return `${DIGIT_WORD[condition.digit]}: ${condition.actual} of ${condition.required}`;
    case 'shortfall':
      return SHORTFALL[condition.digit];
    case 'counts':
      return condition.reason === null ? 'Counts as a copy' : CONDITION[condition.reason.code];
  }
}

/** What a counted copy would have to be to count for a digit as well. */
const SHORTFALL: Readonly<Record<DigitName, string>> = {
  copies: 'Counts as a copy',
  media: 'Adds a kind of medium',
  locations: 'Adds a place',
  offsite: 'Offsite: another site',
  immutable: 'Immutable: cannot be changed',
  errors: 'Errors: verified',
};

const DIGIT_WORD: Readonly<Record<string, string>> = {
  copies: 'Copies',
  media: 'Media',
  locations: 'Places',
  offsite: 'Offsite',
  immutable: 'Immutable',
  errors: 'Errors',
};

/** The conditions of a counted copy (domain.md, 'The 3-2-1 verdict'), by the reason for which each fails. */
const CONDITION: Readonly<Record<RejectionReason['code'], string>> = {
  'no-point': 'Holds a recovery point',
  stale: 'Fresh: age within RPO',
  future: 'Fresh: not from the future',
  incomplete: 'Complete: the tool says so',
  'run-not-accepted': 'Complete: its run ended well',
  'restore-test-failed': 'Not known bad: no failed restore test',
  'verification-problems': 'Not known bad: no problems found by a check',
  'own-failure-domain': 'Independent of the system',
  'shared-failure-domain': 'Independent: one copy per failure domain',
  'wrong-capture': 'Of the required kind',
  'sources-missing': 'Whole: every source is in it',
  'not-listed': 'Present in the newest listing',
  unreadable: 'Present: the repository can be read',
};

function detailOf(condition: ExplainedCondition, verdict: Verdict, words: Words): string {
  switch (condition.kind) {
    case 'digit':
      return condition.holds ? 'as the rule asks' : 'falls short';
    case 'shortfall':
      return `${condition.repositoryName}: ${shortfallText(condition.reason, words)}`;
    case 'counts': {
      if (condition.reason !== null)
        return `${condition.repositoryName} ${rejectionText(condition.reason, words, verdict.copies)}`;
      const copy = verdict.copies.find((one) => one.repositoryName === condition.repositoryName);
      if (!copy?.point) return condition.repositoryName;
      const age = durationText(verdict.evaluatedAt - copy.point.takenAt);
      const as = copy.heldAs ? ` as ${copy.heldAs}` : '';
      return `${condition.repositoryName}${as}: ${age} ≤ ${promisedText((copy.point.freshUntil - copy.point.takenAt) / 1000)}`;
    }
  }
}

function TriedChanges({ tried }: { tried: readonly CandidateChange[] }) {
  if (tried.length === 0) return null;
  return (
    <>
      <h4 className="text-ink-2 mt-3.5 mb-1 text-xs font-semibold">
        Smallest change, of {tried.length} tried
      </h4>
      <ul>
        {tried.map((change) => (
          <li
            key={changeText(change)}
            className="border-line grid grid-cols-[72px_1fr] gap-x-2 border-t py-1.5 first:border-t-0"
          >
            <Mark tone={change.isSufficient ? 'ok' : 'bad'}>{change.isSufficient ? 'Passes' : 'Fails'}</Mark>
            <span>{sentenceCase(changeText(change))}</span>
            <span className="text-ink-3 col-start-2 text-xs tabular-nums">{digitsText(change)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function digitsText({ digits }: CandidateChange): string {
  return DIGITS.flatMap((name) => {
    const { required, actual } = digits[name];
    return required === null ? [] : [`${actual}/${required}`];
  }).join(' · ');
}

function layerText({ level, targetName, policyName, version }: PolicyLayer): string {
  const where = level === 'msp' ? 'your default' : `the ${level} ${targetName}`;
  return `${policyName}, version ${version}, of ${where}`;
}
