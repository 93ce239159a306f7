import { Cloud, Disc3, HardDrive, Lock, Plus, Server, ShieldCheck, Usb, type LucideIcon } from 'lucide-react';
import { clsx } from 'clsx';
import type { ReactNode } from 'react';
import { digitOf } from '@/domain/protection/explain';
import type { MediaClass, ProtectionFacts, RepositoryFacts } from '@/domain/protection/facts';
import {
  changeText,
  durationText,
  promisedText,
  rejectionText,
  shortfallText,
  type Words,
} from '@/domain/protection/sentence';
import { DIGITS, type CandidateChange, type CopyVerdict, type Verdict } from '@/domain/protection/verdict';
import { SECOND } from '@/domain/time/instant';
import { sizeText } from '../format/amounts';
import { Shape } from './status-mark';
import { sentenceCase } from '@/domain/text/sentence-case';

const MEDIA_ICON: Readonly<Record<MediaClass, LucideIcon>> = {
  disk: HardDrive,
  nas: Server,
  removable: Usb,
  tape: Disc3,
  optical: Disc3,
  'object-storage': Cloud,
  'cloud-service': Cloud,
};

interface Props {
  facts: ProtectionFacts;
  verdict: Verdict;
  words: Words;
  /** Whether whoever looks may declare; then places that nobody named lead to the form. */
  mayDeclare: boolean;
}

/** Production on the left, copies in lanes by place; a copy that does not count is dashed, with its reason on it. */
export function ThreeTwoOne({ facts, verdict, words, mayDeclare }: Props) {
  const ghost = verdict.smallestChange;
  const lanes = lanesOf(verdict, ghost);
  return (
    <div className="flex gap-0 max-lg:flex-col">
      <div className="flex items-center max-lg:w-full lg:w-[200px]">
        <ProductionNode facts={facts} verdict={verdict} />
        <span aria-hidden="true" className="border-edge w-4 flex-none border-t-2 max-lg:hidden" />
      </div>
      <ol className="flex min-w-0 flex-1 flex-col gap-2 max-lg:mt-2" aria-label="Copies by place">
        {lanes.map((lane, index) => (
          <li key={lane.title} className="flex min-w-0">
            <Branch
              isFirst={index === 0}
              isLast={index === lanes.length - 1}
              isCounted={lane.copies.some((copy) => copy.isCounted)}
            />
            <Lane lane={lane} mayDeclare={mayDeclare}>
              {lane.copies.map((copy) => (
                <CopyNode
                  key={copy.repositoryId}
                  copy={copy}
                  facts={facts}
                  ordinal={ordinalOf(copy, verdict)}
                  verdict={verdict}
                  words={words}
                />
              ))}
              {ghost && belongs(ghost, lane, lanes) && <GhostNode change={ghost} />}
            </Lane>
          </li>
        ))}
      </ol>
    </div>
  );
}

interface LaneContent {
  kind: 'onsite' | 'offsite' | 'unknown';
  title: string;
  aside: string;
  copies: CopyVerdict[];
}

/** On site first, then the places elsewhere, then what nobody placed; the smallest change may need a place that is not there yet. */
function lanesOf(verdict: Verdict, ghost: CandidateChange | null): LaneContent[] {
  const lanes = new Map<string, LaneContent>();
  const home = verdict.production.siteName;
  for (const copy of verdict.copies) {
    const lane = laneFor(copy, home);
    const known = lanes.get(lane.title);
    if (known) known.copies.push(copy);
    else lanes.set(lane.title, { ...lane, copies: [copy] });
  }
  const isElsewhere = ghost?.change.kind === 'add-copy' && ghost.change.isOffsite;
  if (isElsewhere && ![...lanes.values()].some((lane) => lane.kind === 'offsite'))
    lanes.set('Offsite', { kind: 'offsite', title: 'Offsite', aside: '', copies: [] });
  const order = { onsite: 0, offsite: 1, unknown: 2 } as const;
  const sorted = [...lanes.values()].toSorted((a, b) => order[a.kind] - order[b.kind]);
  if (sorted.length > 0) return sorted;
  return [{ kind: 'unknown', title: 'No backups', aside: '', copies: [] }];
}

function laneFor(copy: CopyVerdict, home: string | null): Omit<LaneContent, 'copies'> {
  const { siteName, distanceKm, isOffsite } = copy;
  const isOut = isOffsite && siteName === null;
  if (isOut) return { kind: 'offsite', title: 'Offsite, carried away', aside: 'offline' };
  if (siteName === null) return { kind: 'unknown', title: 'Place unknown', aside: 'counts as on site' };
  if (siteName === home) return { kind: 'onsite', title: `On site, ${siteName}`, aside: '' };
  const aside = distanceKm === null ? '' : `${Math.round(distanceKm)} km away`;
  return { kind: 'offsite', title: `${isOffsite ? 'Offsite' : 'Elsewhere'}, ${siteName}`, aside };
}

/** Which of the counted copies it is; production is the first. Null: it does not count. */
function ordinalOf(copy: CopyVerdict, verdict: Verdict): number | null {
  const counted = verdict.copies.filter((one) => one.isCounted);
  const index = counted.findIndex((one) => one.repositoryId === copy.repositoryId);
  return index === -1 ? null : index + 2;
}

function belongs(ghost: CandidateChange, lane: LaneContent, lanes: readonly LaneContent[]): boolean {
  const { change } = ghost;
  if ('repositoryId' in change) return lane.copies.some((copy) => copy.repositoryId === change.repositoryId);
  if (change.kind === 'say-site')
    return change.subject === 'repository'
      ? lane.copies.some((copy) => copy.repositoryId === change.subjectId)
      : lane === lanes[0];
  const wanted = change.kind === 'add-copy' && change.isOffsite ? 'offsite' : 'onsite';
  return lane === (lanes.find((one) => one.kind === wanted) ?? lanes.at(-1));
}

/** The line from the stem beside production into a lane; dashed where nothing in it counts. */
function Branch({ isFirst, isLast, isCounted }: { isFirst: boolean; isLast: boolean; isCounted: boolean }) {
  return (
    <span aria-hidden="true" className="relative w-5 flex-none max-lg:hidden">
      {!(isFirst && isLast) && (
        <span
          className={clsx(
            'border-edge absolute left-0 border-l-2',
            isFirst ? 'top-1/2' : '-top-2',
            isLast ? 'bottom-1/2' : '-bottom-2',
          )}
        />
      )}
      <span
        className={clsx(
          'absolute top-1/2 right-0 left-0 border-t-2',
          isCounted ? 'border-ok-g' : 'border-bad-g border-dashed',
        )}
      />
    </span>
  );
}

function Lane({
  lane,
  mayDeclare,
  children,
}: {
  lane: LaneContent;
  mayDeclare: boolean;
  children: ReactNode;
}) {
  return (
    <div className="border-line bg-bg-2 min-w-0 flex-1 rounded-lg border p-2.5">
      <p className="text-ink-2 mb-2 flex flex-wrap justify-between gap-2 text-xs">
        <span className="font-semibold">{lane.title}</span>
        <span className="text-ink-3">
          {lane.aside}
          {lane.kind === 'unknown' && lane.copies.length > 0 && mayDeclare && (
            <>
              {' · '}
              <a href="#declarations" className="text-accent underline underline-offset-2">
                say where
              </a>
            </>
          )}
        </span>
      </p>
      {lane.copies.length === 0 && lane.kind === 'unknown' && (
        <p className="text-13 text-ink-2">No repository holds a recovery point of this data set.</p>
      )}
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(224px,1fr))] gap-2">{children}</ul>
    </div>
  );
}

function ProductionNode({ facts, verdict }: { facts: ProtectionFacts; verdict: Verdict }) {
  const newest = facts.repositories
    .flatMap((repository) => repository.points)
    .toSorted((a, b) => b.takenAt - a.takenAt)[0];
  return (
    <div className="border-edge w-full rounded-lg border px-3 py-2.5">
      <p className="text-13 flex items-center gap-1.5 font-semibold">
        <HardDrive size={14} aria-hidden="true" /> Production
      </p>
      <p className="text-ink-3 text-xs">
        {verdict.production.media} · {facts.system.kind}
        <br />
        {verdict.production.siteName ?? 'place unknown'}
        {newest?.sizeBytes != null && (
          <>
            <br />
            {sizeText(newest.sizeBytes)}
          </>
        )}
      </p>
      <p className="text-ok mt-2 flex items-center gap-1.5 text-xs font-semibold">
        <Shape tone="ok" /> Counts: copy 1 of {verdict.digits.copies.actual}
      </p>
    </div>
  );
}

interface NodeProps {
  copy: CopyVerdict;
  facts: ProtectionFacts;
  ordinal: number | null;
  verdict: Verdict;
  words: Words;
}

function CopyNode({ copy, facts, ordinal, verdict, words }: NodeProps) {
  const repository = facts.repositories.find((one) => one.id === copy.repositoryId);
  const Icon = copy.media === null ? HardDrive : MEDIA_ICON[copy.media];
  return (
    <li
      className={clsx(
        'bg-bg flex flex-col rounded-lg border px-3 py-2.5',
        copy.isCounted && !copy.isHollow && 'border-edge',
        copy.isHollow && 'border-edge border-[3px] border-double px-2.5 py-2',
        !copy.isCounted && 'border-bad-g border-dashed',
      )}
    >
      <p className="text-13 flex items-center gap-1.5 font-semibold">
        <Icon size={14} aria-hidden="true" className="flex-none" />
        <span className="min-w-0 flex-1 truncate" title={copy.repositoryName}>
          {copy.repositoryName}
        </span>
        {copy.isEncrypted === true && (
          <>
            <Lock size={13} aria-hidden="true" />
            <span className="sr-only">encrypted</span>
          </>
        )}
        {copy.isImmutable && (
          <>
            <ShieldCheck size={14} aria-hidden="true" />
            <span className="sr-only">cannot be changed</span>
          </>
        )}
      </p>
      <p className="text-ink-3 truncate text-xs">{describe(copy, repository)}</p>
      {copy.point && <AgeBar copy={copy} now={verdict.evaluatedAt} />}
      <div className="mt-auto pt-1.5 text-xs">
        {ordinal === null ? (
          <p className="text-bad flex gap-1.5 font-semibold">
            <span className="pt-[2px]">
              <Shape tone={isIndependentLack(copy) ? 'off' : 'bad'} />
            </span>
            <span>Not counted: {rejectionOf(copy, verdict, words)}</span>
          </p>
        ) : (
          <p className="text-ok flex items-center gap-1.5 font-semibold">
            <Shape tone="ok" /> Counts: copy {ordinal} of {verdict.digits.copies.actual}
          </p>
        )}
        {copy.isHollow && (
          <p className="text-risk mt-0.5 font-medium">
            {copy.point?.outcome === 'claimed'
              ? 'Claimed only: nobody has seen it'
              : 'How its run ended was not seen'}
          </p>
        )}
        <Shortfalls copy={copy} verdict={verdict} words={words} />
      </div>
    </li>
  );
}

function describe(copy: CopyVerdict, repository: RepositoryFacts | undefined): string {
  const domain = repository?.failureDomain.value.replace(/^(host|repository):/, '');
  const own = domain === copy.repositoryId || domain === copy.repositoryName ? undefined : domain;
  return [copy.media ?? 'medium unknown', repository?.tool, own].filter(Boolean).join(' · ');
}

/** A copy that is whole, but stands or falls with another one. */
function isIndependentLack(copy: CopyVerdict): boolean {
  return copy.rejections[0]?.code === 'shared-failure-domain';
}

function rejectionOf(copy: CopyVerdict, verdict: Verdict, words: Words): string {
  const [first] = copy.rejections;
  return first === undefined
    ? 'another copy of its place counts'
    : rejectionText(first, words, verdict.copies);
}

/** Shortfalls that matter to a digit the policy asks for and that does not pass yet. */
function Shortfalls({ copy, verdict, words }: Pick<NodeProps, 'copy' | 'verdict' | 'words'>) {
  const texts = copy.shortfalls
    // The lane says already where it stands.
    .filter((reason) => reason.code !== 'same-site' && !verdict.digits[digitOf(reason)].isPassed)
    .map((reason) => shortfallText(reason, words));
  if (texts.length === 0) return null;
  return <p className="text-ink-3 mt-0.5">{texts.join('; ')}</p>;
}

/** The age of a copy against its RPO: a tick marks the RPO, what goes past it is hatched, so 75 h against 24 h is an amount. */
function AgeBar({ copy, now }: { copy: CopyVerdict; now: number }) {
  if (!copy.point) return null;
  const { takenAt, freshUntil } = copy.point;
  const age = Math.max(0, now - takenAt);
  const rpo = freshUntil - takenAt;
  const isPast = age >= rpo;
  const scale = Math.max(age, rpo);
  const within = (Math.min(age, rpo) / scale) * 100;
  const tick = (rpo / scale) * 100;
  return (
    <div className="mt-2">
      <div aria-hidden="true" className="bg-bg-3 relative h-1.5 rounded-full">
        <span
          className={clsx('absolute inset-y-0 left-0 rounded-full', isPast ? 'bg-bad-g' : 'bg-ok-g')}
          style={{ width: `${within}%` }}
        />
        {isPast && <span className="age-excess absolute inset-y-0 right-0" style={{ left: `${tick}%` }} />}
        <span className="bg-ink absolute -top-1 h-3.5 w-0.5" style={{ left: `calc(${tick}% - 2px)` }} />
      </div>
      <p className="text-ink-3 mt-1 flex justify-between text-xs tabular-nums">
        <span>{durationText(age)} old</span>
        <span>RPO {promisedText(rpo / SECOND)}</span>
      </p>
    </div>
  );
}

/** The smallest change as a node that is not there yet, with the digits it would give. */
function GhostNode({ change }: { change: CandidateChange }) {
  const digits = DIGITS.flatMap((name) => {
    const { required, actual } = change.digits[name];
    return required === null ? [] : [`${name} ${actual}/${required}`];
  });
  return (
    <li className="border-accent bg-accent-bg flex flex-col rounded-lg border border-dotted px-3 py-2.5">
      <p className="text-13 text-accent flex items-center gap-1.5 font-semibold">
        <Plus size={14} aria-hidden="true" /> Smallest change
      </p>
      <p className="text-ink-2 text-xs">
        {sentenceCase(changeText(change))}.<br />
        {digits.join(', ')}
      </p>
      <p className="text-accent mt-auto pt-1.5 text-xs font-semibold">
        {change.isSufficient ? 'Then every digit passes.' : 'A step, not yet enough.'}
      </p>
    </li>
  );
}
