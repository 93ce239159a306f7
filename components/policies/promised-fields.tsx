import { contractRemarks } from '@/domain/policy/contract-remarks';
import type { ResolvedPolicy } from '@/domain/policy/resolve-policy';
import { Mark } from '../backup/status-mark';
import { counted } from '../format/amounts';
import { Link } from '../ui/link';
import { FIELDS_SHOWN, valueText } from './policy-fields';

interface Props {
  promised: ResolvedPolicy;
  /** Whether policies may be opened: not by who sees some clients only. */
  seesPolicies: boolean;
  /** YYYY-MM-DD, UTC. */
  today: string;
}

/** What was promised here, field by field, and which layer each value comes from. */
export function PromisedFields({
  promised: { policy, layers, origins, conflicts },
  seesPolicies,
  today,
}: Props) {
  return (
    <div className="text-13">
      <ol aria-label="Layers, widest first" className="text-ink-2 mb-2 flex flex-wrap gap-x-2 gap-y-1">
        {layers.map((layer, index) => (
          <li key={`${layer.level} ${layer.policyId}`} className="inline-flex items-center gap-2">
            {index > 0 && <span aria-hidden="true">›</span>}
            <span>
              {seesPolicies ? (
                <Link href={`/policies/${layer.policyId}`} className="text-ink font-semibold hover:underline">
                  {layer.policyName}
                </Link>
              ) : (
                <b className="text-ink font-semibold">{layer.policyName}</b>
              )}
              , version {layer.version}{' '}
              <span className="text-ink-3">
                ({layer.level === 'msp' ? 'your default' : `${layer.level} ${layer.targetName}`}, sets{' '}
                {counted(Object.keys(layer.overrides).length, 'field')})
              </span>
            </span>
          </li>
        ))}
      </ol>
      {conflicts.map(({ field, decides, loses }) => (
        <p key={`${field} ${loses.policyId}`} className="bg-risk-bg mb-2 rounded-md px-2.5 py-1.5">
          <Mark tone="risk">Two tags disagree</Mark> on{' '}
          {FIELDS_SHOWN.find((one) => one.field === field)?.label.toLowerCase()}: {decides.targetName}{' '}
          decides, {loses.targetName} would say otherwise. Set the field for this system, or take a tag away.
        </p>
      ))}
      {contractRemarks(policy, today).map((sentence) => (
        <p key={sentence} className="bg-risk-bg mb-2 rounded-md px-2.5 py-1.5">
          <Mark tone="risk">Contract</Mark> {sentence}
        </p>
      ))}
      <dl className="grid grid-cols-[repeat(auto-fill,minmax(300px,1fr))] gap-x-6">
        {FIELDS_SHOWN.map(({ field, label }) => {
          const origin = origins[field];
          return (
            <div
              key={field}
              className="border-line grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 border-b py-1.5"
            >
              <dt className="text-ink-3">{label}</dt>
              <dd className="text-right">
                {valueText(field, policy[field])}
                {origin !== null && origin.level !== 'msp' && (
                  <span className="text-ink-3 block text-xs">
                    {origin.level} {origin.targetName}
                  </span>
                )}
              </dd>
            </div>
          );
        })}
      </dl>
    </div>
  );
}
