import { POPULATION_WORDS } from '@/domain/evidence/population';
import type { EvidenceClause } from '@/domain/frameworks/evidence-clauses';
import type { FrameworkNote } from '@/domain/frameworks/policy-notes';
import { Mark } from '../backup/status-mark';
import { counted } from '../format/amounts';
import { Table, Td, Th, Tr } from '../ui/table';
import { TextLink } from '../ui/text-link';

interface Bound {
  readonly id: string;
  readonly name: string;
  readonly notes: readonly FrameworkNote[];
}

interface Props {
  framework: string;
  clauses: readonly EvidenceClause[];
  clients: readonly Bound[];
  policies: readonly Bound[];
  isChosen: boolean;
  isOpen: boolean;
}

/** A framework: whom it binds, what its clauses have against what was promised there, and what serves each as evidence. */
export function FrameworkPanel({ framework, clauses, clients, policies, isChosen, isOpen }: Props) {
  const conflicts = new Set(
    [...policies, ...clients].flatMap(({ notes }) => notes.map(({ clause }) => clause)),
  ).size;
  return (
    <details open={isOpen} className="border-line border-b py-2">
      <summary className="cursor-pointer">
        <span className="inline-flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="font-medium">{framework}</span>
          {isChosen && (
            <span className="bg-accent-bg text-accent rounded-full px-2 text-xs">you work by it</span>
          )}
          <span className="text-13 text-ink-3">
            {counted(clients.length, 'client')}, {counted(policies.length, 'policy', 'policies')},{' '}
            {counted(clauses.length, 'clause')}
          </span>
          {conflicts > 0 && <Mark tone="risk">{counted(conflicts, 'conflict')}</Mark>}
        </span>
      </summary>
      <div className="mt-2 flex flex-col gap-3 pl-4">
        <BoundList noun={['policy', 'policies']} verb="names" bound={policies} path="/policies" />
        <BoundList noun={['client', 'clients']} verb="is bound by" bound={clients} path="/clients" />
        <ClauseTable clauses={clauses} />
      </div>
    </details>
  );
}

/** What is against them once each, with whom it is against; then who else. */
function BoundList({
  noun,
  verb,
  bound,
  path,
}: {
  noun: readonly [string, string];
  verb: string;
  bound: readonly Bound[];
  path: string;
}) {
  if (bound.length === 0) return <p className="text-13 text-ink-3">{`No ${noun[0]} ${verb} it.`}</p>;
  const clear = bound.filter(({ notes }) => notes.length === 0);
  return (
    <div className="text-13 flex flex-col gap-1">
      <p className="text-ink-3">{counted(bound.length, ...noun)}:</p>
      {groupByNote(bound).map(({ note: { clause, sentence }, of }) => (
        <div key={clause}>
          <p>
            <Mark tone="risk">{clause}</Mark> {sentence}
          </p>
          <Names bound={of} path={path} />
        </div>
      ))}
      {clear.length > 0 && <Names bound={clear} path={path} />}
    </div>
  );
}

function Names({ bound, path }: { bound: readonly Bound[]; path: string }) {
  return (
    <ul className="flex max-h-40 flex-wrap gap-x-4 overflow-y-auto pl-4">
      {bound.map(({ id, name }) => (
        <li key={id}>
          <TextLink href={`${path}/${id}`}>{name}</TextLink>
        </li>
      ))}
    </ul>
  );
}

/** Each note once, with those that it is against. */
function groupByNote(bound: readonly Bound[]): { note: FrameworkNote; of: Bound[] }[] {
  const groups = new Map<string, { note: FrameworkNote; of: Bound[] }>();
  for (const one of bound)
    for (const note of one.notes) {
      const group = groups.get(note.clause) ?? { note, of: [] };
      group.of.push(one);
      groups.set(note.clause, group);
    }
  return [...groups.values()];
}

const HEAD = (
  <>
    <Th>Clause</Th>
    <Th>What it asks</Th>
    <Th>Evidence here</Th>
    <Th>Tests</Th>
    <Th>Kept</Th>
  </>
);

const STANDING = {
  addressable: 'addressable',
  proposed: 'proposed, not in force',
  convention: 'by convention',
} as const;

function ClauseTable({ clauses }: { clauses: readonly EvidenceClause[] }) {
  return (
    <Table head={HEAD}>
      {clauses.map(({ id, clause, title, says, standing, servedBy, frequency, keep }) => (
        <Tr key={id} className="[&>td]:align-top [&>td]:!whitespace-normal">
          <Td at="first" className="max-w-[26ch]">
            <span className="font-mono text-xs">{clause}</span>
            {standing && <span className="text-ink-3 block text-xs">{STANDING[standing]}</span>}
          </Td>
          <Td at="second" className="max-w-[52ch]">
            <span className="font-medium">{title}</span>
            <span className="text-ink-2 block">{says}</span>
          </Td>
          <Td at="third">
            {servedBy.length === 0 ? (
              <span className="text-ink-3">none: ask the client</span>
            ) : (
              servedBy.map((population) => POPULATION_WORDS[population].title).join(', ')
            )}
          </Td>
          <Td at="second-right">{frequency ?? '–'}</Td>
          <Td at="third-right">{keep ?? '–'}</Td>
        </Tr>
      ))}
    </Table>
  );
}
