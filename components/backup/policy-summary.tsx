import type { ProtectionPolicy } from '@/domain/protection/policy';
import { promisedText } from '@/domain/protection/sentence';

interface Props {
  policy: ProtectionPolicy;
  version: number;
  isOwn: boolean;
  clientName: string;
}

/** What was promised, in words, and by which policy. */
export function PolicySummary({ policy, version, isOwn, clientName }: Props) {
  const { rule } = policy;
  const asked: readonly (readonly [string, string | null])[] = [
    ['Copies, production among them', rule.copies === null ? null : String(rule.copies)],
    ['Kinds of media', rule.media === null ? null : String(rule.media)],
    ['Places', rule.locations === null ? null : String(rule.locations)],
    ['Copies offsite', rule.offsite === null ? null : String(rule.offsite)],
    [
      'Copies that cannot be changed',
      rule.immutable === null
        ? null
        : `${rule.immutable}, for ${promisedText(policy.immutabilityWindowSeconds)} at least`,
    ],
    ['Errors', rule.errors === null ? null : 'none: verified and tested'],
    ['Greatest loss (RPO)', promisedText(policy.rpoSeconds)],
    ['RPO offsite', policy.offsiteRpoSeconds === null ? null : promisedText(policy.offsiteRpoSeconds)],
    [
      'Least distance offsite',
      policy.offsiteDistanceKmMin === null ? null : `${policy.offsiteDistanceKmMin} km`,
    ],
    [
      'Check',
      `${policy.verificationDepth.replace('-', ' ')}, every ${promisedText(policy.verificationCadenceSeconds)}`,
    ],
    ['Restore test', `every ${promisedText(policy.restoreTestCadenceSeconds)}`],
    ['Silent after', promisedText(policy.silenceSeconds)],
  ];
  return (
    <div className="text-13">
      <p className="text-ink-2 mb-2">
        <b className="text-ink font-semibold">{policy.name}</b>, version {version}:{' '}
        {isOwn ? `${clientName}'s own` : 'your default for all clients'}.
      </p>
      <dl className="grid grid-cols-[repeat(auto-fill,minmax(230px,1fr))] gap-x-6">
        {asked.map(
          ([name, value]) =>
            value !== null && (
              <div key={name} className="border-line flex justify-between gap-3 border-b py-1.5">
                <dt className="text-ink-3">{name}</dt>
                <dd className="text-right">{value}</dd>
              </div>
            ),
        )}
      </dl>
    </div>
  );
}
