import type { ReactNode } from 'react';
import { attributeAt } from '@/domain/protection/attribute';
import type { Attribute, DescribedRepositoryFacts } from '@/domain/protection/facts';
import type { Words } from '@/domain/protection/sentence';
import type { Keep, KeepSource } from '@/domain/retention/keep';
import type { Instant } from '@/domain/time/instant';
import { keepText } from '../format/keep-text';
import { wordsIn } from '../format/words';
import { Origin } from './origin';
import { domainText, LastRead } from './repository-table';
import { ReportLink } from './report-link';
import { Mark } from './status-mark';

interface RetentionRule {
  readonly source: KeepSource;
  readonly archives: string;
  readonly agentName: string;
  readonly keep: Keep;
  readonly observedAt: Date;
  readonly rawReportId: string;
}

interface Props {
  facts: DescribedRepositoryFacts;
  /** What medium was told from, and how it is encrypted; null: nobody said. */
  mediaEvidence: string | null;
  encryptionMode: string | null;
  lastListingReportId: string | null;
  /** What tools keep of its points, by the machine that said so. */
  retention: readonly RetentionRule[];
  timeZone: string;
  now: Instant;
}

/** What is known of a repository: each value with its source, the report or person behind it, and until when it holds. */
export function RepositoryParticulars(props: Props) {
  const { facts, mediaEvidence, encryptionMode, lastListingReportId, retention, timeZone, now } = props;
  const words = wordsIn(timeZone, now);
  const said = <T,>(attribute: Attribute<T> | null, textOf: (value: T) => string): ReactNode => (
    <Said attribute={attribute} textOf={textOf} words={words} now={now} />
  );
  const rows: readonly (readonly [string, ReactNode])[] = [
    [
      'Medium',
      <span key="medium">
        {said(facts.media, (value) => value.replaceAll('-', ' '))}
        {mediaEvidence && <span className="text-ink-3 block text-xs">seen: {mediaEvidence}</span>}
      </span>,
    ],
    ['Stands at', said(facts.site, (place) => place.siteName)],
    ['Fails together with', said(facts.failureDomain, domainText)],
    [
      'Encrypted',
      said(facts.isEncrypted, (is) => (is ? `yes${encryptionMode ? `, ${encryptionMode}` : ''}` : 'no')),
    ],
    [
      'Cannot be changed',
      said(facts.immutability, ({ kind, until }) =>
        [kind.replaceAll('_', ' '), until !== null && `until ${words.formatInstant(until)}`]
          .filter(Boolean)
          .join(' '),
      ),
    ],
    ['Kept', <Kept key="kept" rules={retention} tool={facts.tool} words={words} />],
    ...(facts.takenOut
      ? [['Carried away', <TakenOut key="out" facts={facts} words={words} />] as const]
      : []),
    ['Last read', <LastReadWithReport key="read" facts={facts} timeZone={timeZone} now={now} />],
    [
      'Listed whole',
      facts.lastListingAt === null ? (
        'never'
      ) : (
        <span key="listed" className="flex gap-2">
          {words.formatInstant(facts.lastListingAt)}
          {lastListingReportId && <ReportLink rawReportId={lastListingReportId} />}
        </span>
      ),
    ],
  ];
  return (
    <dl className="text-13 mt-4 grid grid-cols-[160px_minmax(0,1fr)] max-sm:grid-cols-1">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-ink-3 border-line border-t py-1.5 max-sm:pb-0">{name}</dt>
          <dd className="border-line border-t py-1.5 [overflow-wrap:anywhere] max-sm:border-0 max-sm:pt-0">
            {value}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A value as it holds now; a declaration that has run out is named beside what holds in its place. */
function Said<T>({
  attribute,
  textOf,
  words,
  now,
}: {
  attribute: Attribute<T> | null;
  textOf: (value: T) => string;
  words: Words;
  now: Instant;
}) {
  const current = attributeAt(attribute, now);
  return (
    <>
      {current === null ? <span className="text-ink-3">nobody said</span> : textOf(current.value)}
      {current && <Origin origin={current.origin} source={current.source} words={words} />}
      {attribute && attribute !== current && attribute.until !== null && (
        <span className="mt-0.5 block text-xs">
          <Mark tone="risk">Expired</Mark>{' '}
          <span className="text-ink-3">
            “{textOf(attribute.value)}” was declared until {words.formatInstant(attribute.until)}
          </span>
        </span>
      )}
    </>
  );
}

function Kept({ rules, tool, words }: { rules: readonly RetentionRule[]; tool: string; words: Words }) {
  if (rules.length === 0) return <span className="text-ink-3">nobody said</span>;
  return (
    <ul>
      {rules.map(({ source, archives, agentName, keep, observedAt, rawReportId }) => (
        <li key={`${agentName} ${source} ${archives}`}>
          {keepText(keep) ?? 'nothing in particular'}
          {archives !== '' && (
            <>
              {' '}
              of <code>{archives}</code>
            </>
          )}
          <span className="text-ink-3 flex flex-wrap gap-x-2 text-xs">
            {SAID_BY[source](tool)} on {agentName}, as of {words.formatInstant(observedAt.getTime())}
            <ReportLink rawReportId={rawReportId} />
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Only borgmatic has a configuration that says what borg keeps. */
const SAID_BY: Readonly<Record<KeepSource, (tool: string) => string>> = {
  tool_config: (tool) => `from ${tool === 'borg' ? 'borgmatic' : tool}'s configuration`,
  command_line: (tool) => `from the command line of ${tool}`,
  tool_reported: (tool) => `told by ${tool}`,
  observed: () => 'seen in what is there',
};

function TakenOut({ facts: { takenOut }, words }: { facts: Props['facts']; words: Words }) {
  if (!takenOut) return null;
  const { takenOutAt, broughtBackAt, place, origin } = takenOut;
  return (
    <>
      {words.formatInstant(takenOutAt)}
      {place && ` to ${place.siteName}`}
      {broughtBackAt !== null && `, back ${words.formatInstant(broughtBackAt)}`}
      <Origin origin={origin} source="declared" words={words} />
    </>
  );
}

function LastReadWithReport({ facts, timeZone, now }: Pick<Props, 'facts' | 'timeZone' | 'now'>) {
  const origin = facts.lastAttempt?.origin;
  return (
    <span className="flex flex-wrap items-start gap-x-3">
      <LastRead facts={facts} timeZone={timeZone} now={now} />
      {origin?.kind === 'report' && <ReportLink rawReportId={origin.reportId} />}
    </span>
  );
}
