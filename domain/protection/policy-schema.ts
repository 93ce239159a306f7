import { z } from 'zod';
import { captureKind } from '../../contract/report';
import { FRAMEWORKS } from '../frameworks/clause-evidence';
import { contractTerms } from '../policy/contract-terms';
import { retentionPolicy } from '../retention/retention-policy';
import { maintenanceWindow } from '../schedule/maintenance';
import { schedule } from '../schedule/schedule';
import { dayRule } from './job-days';

const seconds = z
  .int()
  .min(0)
  .max(400 * 86_400);
const attestationSeconds = seconds.min(7 * 86_400);
const digit = z.int().min(0).max(20);

/**
 * The copies rule as data (domain.md, 'The 3-2-1 verdict'): how many copies, distinct media, distinct places, copies
 * offsite, copies that cannot be changed, and how many errors. null: the rule asks nothing of that digit.
 */
const copiesRule = z.strictObject({
  copies: digit.nullable(),
  media: digit.nullable(),
  locations: digit.nullable(),
  offsite: digit.nullable(),
  immutable: digit.nullable(),
  errors: z.literal(0).nullable(),
});
export type CopiesRule = z.infer<typeof copiesRule>;

export const verificationDepth = z.enum(['structure', 'data-subset', 'data']);
/** How deep an integrity check looked, shallowest first. */
export type VerificationDepth = z.infer<typeof verificationDepth>;

/** What a client was promised, as far as the verdict needs it. Durations in seconds. */
export const protectionPolicy = z.strictObject({
  name: z.string().min(1).max(100),
  rule: copiesRule,
  /** Whether production's own medium counts among the distinct media (`all`, preset) or only the backups' (`backups`). */
  mediaAmong: z.enum(['all', 'backups']),
  /** A point is fresh while now < takenAt + RPO. */
  rpoSeconds: seconds.min(60),
  /** Its own RPO for offsite copies; null: the same. */
  offsiteRpoSeconds: seconds.min(60).nullable(),
  /** The least distance of an offsite copy where both places have coordinates; null: another site is enough. */
  offsiteDistanceKmMin: z.number().min(0).max(20_000).nullable(),
  /** A lock must last until at least now + this window to count as immutable. */
  immutabilityWindowSeconds: seconds,
  /** Whether append-only (logical) immutability is accepted. */
  acceptsAppendOnly: z.boolean(),
  /** Whether a run that ended with warnings still makes a complete point. */
  acceptsWarnings: z.boolean(),
  /** Whether a point whose run's outcome was not seen, or that is only claimed, passes without making the data set at-risk. */
  acceptsOutcomeNotSeen: z.boolean(),
  acceptsClaims: z.boolean(),
  /** Whether every copy must be encrypted. */
  requiresEncryption: z.boolean(),
  /** Captures that count; null: any. */
  requiredCapture: captureKind.nullable(),
  verificationDepth,
  verificationCadenceSeconds: seconds,
  restoreTestCadenceSeconds: seconds,
  /** How long a full restore may take; null: nobody promised. */
  rtoSeconds: seconds.min(60).nullable(),
  /** What was promised in writing, with where it stands; null: nobody entered it. It is held against this policy, not against facts. */
  contractTerms: contractTerms.nullable(),
  /** The frameworks that bind whom it holds for, by name: they say for how long evidence is kept. */
  frameworks: z
    .array(z.string().refine((name) => FRAMEWORKS.includes(name), 'Choose frameworks of the list.'))
    .max(20, 'At most 20 frameworks.'),
  /** How often a person attests who can reach and delete a repository; null: nobody asks. */
  accessAttestationCadenceSeconds: attestationSeconds.nullable(),
  /** How often a person attests where the key of an encrypted repository is kept; null: nobody asks. */
  keyCustodyAttestationCadenceSeconds: attestationSeconds.nullable(),
  /** How long points are kept; null: nothing was promised. */
  retention: retentionPolicy.nullable(),
  /** A passing verdict is at-risk when it fails within this window (preset 2 h). */
  warningWindowSeconds: seconds,
  /** A channel is silent when it has not been heard for this long. */
  silenceSeconds: seconds.min(60),
  /** How long a travelling system may be away, its ages measured at `lastSeenAt`; null: it does not travel. */
  offlineToleranceSeconds: seconds.nullable(),
  /** When each of its jobs is due, by the clock of the site; null: nobody said, so nothing can be missed. */
  schedule: schedule.nullable(),
  /** How long after its due time a run may begin. */
  latenessSeconds: seconds.max(7 * 86_400),
  /** A run that has not ended for longer is stalled. */
  greatestDurationSeconds: seconds.min(60),
  /** When nothing need run: what is due within is excused. */
  maintenanceWindows: z.array(maintenanceWindow).max(20, 'At most 20 windows.'),
  /** Which of a day's runs names the day. */
  dayRule,
});
export type ProtectionPolicy = z.infer<typeof protectionPolicy>;
