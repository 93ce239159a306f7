import { attributeAt } from './attribute';
import type { FactOrigin, ProtectionFacts } from './facts';
import type { CopyVerdict, DigitName, RejectionReason, ShortfallReason, Verdict } from './verdict';

/** One reported or declared thing behind a verdict, numbered from 1. */
export interface ExplainedFact {
  number: number;
  subjectName: string;
  value:
    | { kind: 'point'; key: string; takenAt: number; outcome: string }
    | { kind: 'attribute'; name: string; text: string }
    | { kind: 'finding'; rule: string };
  source: 'tool-reported' | 'probed' | 'inferred' | 'declared';
  origin: FactOrigin | null;
}

/** A condition of the rule as tried on one repository, or a digit of the whole data set. */
export type ExplainedCondition =
  | {
      kind: 'counts';
      repositoryName: string;
      holds: boolean;
      reason: RejectionReason | null;
      factNumber: number | null;
    }
  | {
      kind: 'shortfall';
      /** The digit that the copy does not count for. */
      digit: DigitName;
      repositoryName: string;
      holds: false;
      reason: ShortfallReason;
      factNumber: number | null;
    }
  | { kind: 'digit'; digit: string; required: number; actual: number; holds: boolean; factNumber: null };

/** Facts → rule → verdict, for the Why drawer: taken from the very verdict that is shown. */
export function explainVerdict(
  facts: ProtectionFacts,
  verdict: Verdict,
): { facts: ExplainedFact[]; conditions: ExplainedCondition[] } {
  const listed = [
    ...verdict.copies.flatMap(pointFact),
    ...facts.repositories.flatMap((repository) => attributeFacts(repository, verdict.evaluatedAt)),
    ...verdict.findings.filter((finding) => finding.origin !== null).map(findingFact),
  ].map((fact, index) => ({ ...fact, number: index + 1 }));
  return { facts: listed, conditions: conditionsOf(verdict, listed) };
}

type Unnumbered = Omit<ExplainedFact, 'number'>;

function pointFact(copy: CopyVerdict): Unnumbered[] {
  if (copy.point === null) return [];
  const { key, takenAt, outcome, origin } = copy.point;
  return [
    {
      subjectName: copy.repositoryName,
      value: { kind: 'point', key, takenAt, outcome },
      source: 'tool-reported',
      origin,
    },
  ];
}

function attributeFacts(repository: ProtectionFacts['repositories'][number], at: number): Unnumbered[] {
  const named = [
    ['media', attributeAt(repository.media, at), (value: unknown) => String(value)],
    ['site', attributeAt(repository.site, at), () => attributeAt(repository.site, at)?.value.siteName ?? ''],
    ['failure domain', attributeAt(repository.failureDomain, at), (value: unknown) => String(value)],
    [
      'immutability',
      attributeAt(repository.immutability, at),
      () => attributeAt(repository.immutability, at)?.value.kind ?? '',
    ],
  ] as const;
  return named.flatMap(([name, attribute, textOf]) =>
    attribute === null
      ? []
      : [
          {
            subjectName: repository.name,
            value: { kind: 'attribute', name, text: textOf(attribute.value) },
            source: attribute.source,
            origin: attribute.origin,
          } as const,
        ],
  );
}

/** What a person says, rather than a tool. */
function bySomebody(origin: FactOrigin | null): boolean {
  return origin?.kind === 'declaration' || origin?.kind === 'record';
}

function findingFact(finding: Verdict['findings'][number]): Unnumbered {
  return {
    subjectName: finding.subject.name,
    value: { kind: 'finding', rule: finding.rule },
    source: bySomebody(finding.origin) ? 'declared' : 'tool-reported',
    origin: finding.origin,
  };
}

function conditionsOf(verdict: Verdict, facts: readonly ExplainedFact[]): ExplainedCondition[] {
  const numberOf = (name: string) =>
    facts.find((fact) => fact.subjectName === name && fact.value.kind === 'point')?.number ?? null;
  const copies = verdict.copies.flatMap((copy): ExplainedCondition[] => {
    const { repositoryName, isCounted } = copy;
    const factNumber = numberOf(repositoryName);
    const reasons = isCounted ? [null] : copy.rejections;
    return [
      ...reasons.map(
        (reason) => ({ kind: 'counts', repositoryName, holds: isCounted, reason, factNumber }) as const,
      ),
      ...copy.shortfalls
        .map((reason) => ({ reason, digit: digitOf(reason) }))
        .filter(({ digit }) => verdict.digits[digit].required !== null)
        .map(({ reason, digit }) => ({
          kind: 'shortfall' as const,
          digit,
          repositoryName,
          holds: false as const,
          reason,
          factNumber,
        })),
    ];
  });
  const digits = Object.entries(verdict.digits).flatMap(
    ([digit, { required, actual, isPassed }]): ExplainedCondition[] =>
      required === null
        ? []
        : [{ kind: 'digit', digit, required, actual, holds: isPassed, factNumber: null }],
  );
  return [...copies, ...digits];
}

/** The digit that a counted copy does not count for because of a shortfall. */
export function digitOf({ code }: ShortfallReason): DigitName {
  switch (code) {
    case 'media-unknown':
    case 'media-inferred':
      return 'media';
    case 'site-unknown':
    case 'system-site-unknown':
    case 'same-site':
    case 'too-near':
      return 'offsite';
    case 'not-immutable':
    case 'lock-too-short':
    case 'lock-not-provable':
    case 'append-only-not-accepted':
      return 'immutable';
    case 'not-verified':
      return 'errors';
  }
}
