import type { ClauseId } from '../frameworks/clauses';
import type { Severity } from '../protection/verdict';

/** What a finding means, what to do, and when it goes: the same words on every screen, in every message. */
export interface CatalogueEntry {
  title: string;
  /** In the order in which it is raised; `when` completes 'raised …'. */
  severities: readonly { severity: Severity; when: string }[];
  /** A sentence. */
  meaning: string;
  /** What to do, in plain words. */
  cure: string;
  /** Completes 'Closes by itself when …'. */
  closesWhen: string;
  /** Only what the clauses really ask for. */
  touches: readonly ClauseId[];
  /**
   * `verdict`: by evaluating a data set. `coverage`: by holding a client's inventory against what reports. `drill`: by a drill that
   * somebody asked for.
   */
  openedBy: 'verdict' | 'coverage' | 'drill';
}

/** Every finding of domain.md, 'Findings', in its order, and those of drills. */
export const CATALOGUE = {
  'copies-missing': {
    title: 'Too few copies',
    severities: [{ severity: 'critical', when: 'always' }],
    meaning: 'Fewer copies of the data set can be restored from than the policy asks for.',
    cure: 'Add a copy in a failure domain of its own, or bring back one that no longer counts: the verdict names the smallest change.',
    closesWhen: 'as many copies count as the policy asks for',
    touches: ['hipaa-copies', 'csf-backups', 'nist-backup', 'iso-backup', 'soc2-recovery'],
    openedBy: 'verdict',
  },
  'media-missing': {
    title: 'Too few kinds of media',
    severities: [{ severity: 'critical', when: 'where the policy asks for several kinds' }],
    meaning:
      'The copies lie on fewer kinds of media than the policy asks for, so that one kind of fault can take them all.',
    cure: 'Add a copy on another kind of medium, or say what a repository is stored on where nobody has.',
    closesWhen: 'as many kinds of media count as the policy asks for',
    touches: ['csf-backups', 'nist-separate', 'iso-backup'],
    openedBy: 'verdict',
  },
  'locations-missing': {
    title: 'Too few places',
    severities: [{ severity: 'critical', when: 'where the policy asks for several places' }],
    meaning: 'The copies stand at fewer places than the policy asks for.',
    cure: 'Add a copy at another place, or say where a repository stands where nobody has.',
    closesWhen: 'the copies stand at as many places as the policy asks for',
    touches: ['nist-alternate-site', 'nist-separate', 'soc2-recovery'],
    openedBy: 'verdict',
  },
  'offsite-missing': {
    title: 'No copy offsite',
    severities: [{ severity: 'critical', when: 'always' }],
    meaning:
      'Too few copies stand at another site: fire, flood or theft at the system’s site takes them all.',
    cure: 'Add a copy at another site, or say where a repository stands where nobody has.',
    closesWhen: 'enough copies count as offsite',
    touches: ['nist-alternate-site', 'nist-transfer', 'soc2-recovery', 'csf-backups'],
    openedBy: 'verdict',
  },
  'immutable-missing': {
    title: 'No copy that cannot be changed',
    severities: [{ severity: 'critical', when: 'where the policy asks for one' }],
    meaning:
      'Too few copies are locked for long enough: who gets hold of the backup credentials can delete everything.',
    cure: 'Lock a repository for at least the policy’s window, or take a copy offline and say so.',
    closesWhen: 'enough copies are locked for the policy’s window, or offline',
    touches: ['cis-isolated', 'e8-deletion', 'nist-deletion', 'insurer-offline'],
    openedBy: 'verdict',
  },
  'errors-present': {
    title: 'Not verified and tested',
    severities: [{ severity: 'critical', when: 'where the policy asks for no errors' }],
    meaning:
      'Without the copies that nobody verified in time the rule fails, or no restore test of level L4 or L5 passed in time.',
    cure: 'Verify the copies that count as deep as the policy asks, and pass a restore test.',
    closesWhen: 'the copies it needs are verified and a restore test passed, each within its cadence',
    touches: ['csf-integrity', 'nist-reliability', 'cis-tested', 'soc2-tests'],
    openedBy: 'verdict',
  },
  'same-failure-domain': {
    title: 'Copies that fail together',
    severities: [{ severity: 'warning', when: 'always' }],
    meaning:
      'Repositories that look independent stand or fall together, or with the system itself; only one of them counts.',
    cure: 'Move one of them to hardware of its own, or say so where it has it.',
    closesWhen: 'they no longer share a failure domain',
    touches: ['nist-separate'],
    openedBy: 'verdict',
  },
  'rpo-exceeded': {
    title: 'RPO exceeded',
    severities: [{ severity: 'critical', when: 'always' }],
    meaning: 'No usable recovery point is younger than the RPO: more data would be lost than was promised.',
    cure: 'Find out why no run leaves a usable point, cure that, and run the backup now.',
    closesWhen: 'a usable point within the RPO is there',
    touches: ['csf-backups', 'nist-backup', 'cis-automated', 'insurer-frequency', 'insurer-rto'],
    openedBy: 'verdict',
  },
  'run-failed': {
    title: 'Last run failed',
    severities: [{ severity: 'warning', when: 'always' }],
    meaning: 'The last run of a job failed; earlier points may still be fresh.',
    cure: 'Read the run’s message, cure its cause and run the job again.',
    closesWhen: 'a run of the job ends well',
    touches: ['soc2-recovery', 'sox-operations', 'csf-backups'],
    openedBy: 'verdict',
  },
  'run-failed-repeatedly': {
    title: 'Runs fail again and again',
    severities: [{ severity: 'critical', when: 'after three failed runs in a row' }],
    meaning: 'Three or more runs of a job failed in a row: it will not heal by itself.',
    cure: 'Read the message of the first run that failed and what was changed then, cure it and run the job again.',
    closesWhen: 'a run of the job ends well',
    touches: ['soc2-recovery', 'sox-operations', 'csf-backups', 'cis-automated'],
    openedBy: 'verdict',
  },
  'run-missed': {
    title: 'Run missed',
    severities: [
      { severity: 'warning', when: 'a run that was due did not come' },
      { severity: 'critical', when: 'when it is missed repeatedly' },
    ],
    meaning: 'A run that was due did not come within its lateness.',
    cure: 'Look whether the machine and its scheduler run, and run the job now.',
    closesWhen: 'the late run comes, or the next one does',
    touches: ['soc2-recovery', 'sox-operations', 'cis-automated'],
    openedBy: 'verdict',
  },
  'run-stalled': {
    title: 'Run does not end',
    severities: [{ severity: 'warning', when: 'always' }],
    meaning: 'A run goes on for longer than the greatest duration of the policy.',
    cure: 'Look what it waits for on the machine: a lock, a prompt, a dead network. End it if need be and run the job again.',
    closesWhen: 'the run ends, or a newer one begins',
    touches: ['soc2-recovery', 'sox-operations'],
    openedBy: 'verdict',
  },
  'run-incomplete': {
    title: 'Run left something out',
    severities: [{ severity: 'warning', when: 'where the policy does not accept warnings, or items failed' }],
    meaning: 'The last run ended with warnings or without some of its items: its point may lack data.',
    cure: 'Read which items failed, make them readable or leave them out by name, and run the job again.',
    closesWhen: 'a run ends without warnings',
    touches: ['soc2-recovery', 'csf-backups', 'iso-backup'],
    openedBy: 'verdict',
  },
  'source-shrunk': {
    title: 'Sources vanished',
    severities: [{ severity: 'critical', when: 'always' }],
    meaning: 'Sources that were backed up before are missing or all but empty, though the tool said success.',
    cure: 'Find out where the sources went: an unmounted drive, a renamed folder, a mass deletion. Bring them back, or confirm the smaller set by name.',
    closesWhen: 'a run holds the sources again, or somebody confirmed the smaller set',
    touches: ['hipaa-copies', 'soc2-tests', 'soc2-monitoring'],
    openedBy: 'verdict',
  },
  'verification-overdue': {
    title: 'Verification overdue',
    severities: [
      { severity: 'warning', when: 'where the policy asks for no errors and fails for it' },
      { severity: 'note', when: 'otherwise, a day after it was due' },
    ],
    meaning: 'The last clean check of a repository is longer ago than its cadence.',
    cure: 'Run a check of at least the policy’s depth.',
    closesWhen: 'a clean check of that depth ends',
    touches: ['csf-integrity', 'nist-reliability', 'soc2-tests', 'iso-backup'],
    openedBy: 'verdict',
  },
  'verification-failed': {
    title: 'Verification found problems',
    severities: [{ severity: 'critical', when: 'always' }],
    meaning: 'A check found damage in a repository: any of its points may be unrestorable.',
    cure: 'Repair the repository or start a new one, then run a clean check of at least that depth.',
    closesWhen: 'a later check of at least that depth is clean',
    touches: ['csf-integrity', 'nist-reliability', 'soc2-tests'],
    openedBy: 'verdict',
  },
  'never-verified': {
    title: 'Never verified',
    severities: [
      { severity: 'warning', when: 'where the policy asks for no errors and fails for it' },
      { severity: 'note', when: 'otherwise' },
    ],
    meaning:
      'No check as deep as the policy asks ever found the repository clean: a structure check or a listing does not read the data.',
    cure: 'Run a check of at least the policy’s depth.',
    closesWhen: 'a clean check of that depth ends',
    touches: ['csf-integrity', 'nist-reliability', 'soc2-tests', 'iso-backup'],
    openedBy: 'verdict',
  },
  'restore-test-overdue': {
    title: 'Restore test overdue',
    severities: [
      { severity: 'warning', when: 'where the policy asks for no errors' },
      { severity: 'note', when: 'otherwise' },
    ],
    meaning: 'The last restore test is longer ago than its cadence.',
    cure: 'Run a restore test of level L4: bring data back to an isolated place and compare it.',
    closesWhen: 'a restore test of level L4 or L5 passes',
    touches: [
      'hipaa-testing',
      'csf-backups',
      'nist-sampling',
      'cis-tested',
      'iso-backup',
      'soc2-tests',
      'e8-restore',
      'dora-tests',
      'insurer-restore-test',
    ],
    openedBy: 'verdict',
  },
  'restore-test-failed': {
    title: 'Restore test failed',
    severities: [{ severity: 'critical', when: 'always' }],
    meaning: 'Data that was brought back was missing or differed.',
    cure: 'Find out whether the point or the repository is damaged, make a new point, and repeat the test.',
    closesWhen: 'a later restore test passes',
    touches: ['hipaa-restore', 'csf-backups', 'nist-sampling', 'cis-tested', 'soc2-tests', 'e8-restore'],
    openedBy: 'verdict',
  },
  'never-restored': {
    title: 'Never restored',
    severities: [
      { severity: 'warning', when: 'where the policy asks for no errors' },
      { severity: 'note', when: 'otherwise' },
    ],
    meaning: 'Backups are running, but nobody ever brought data back and compared it.',
    cure: 'Run a restore test of level L4: bring data back to an isolated place and compare it.',
    closesWhen: 'a restore test of level L4 or L5 passes or fails',
    touches: [
      'hipaa-testing',
      'csf-backups',
      'nist-sampling',
      'cis-tested',
      'iso-backup',
      'soc2-tests',
      'e8-restore',
      'dora-tests',
      'insurer-restore-test',
    ],
    openedBy: 'verdict',
  },
  'rto-at-risk': {
    title: 'RTO at risk',
    severities: [
      { severity: 'warning', when: 'at the measured rate a full restore takes longer' },
      { severity: 'note', when: 'no restore was ever timed, or nothing says how large it is' },
    ],
    meaning:
      'At the rate of the newest timed restore a full one would take longer than the RTO, or nobody can say: nothing was ever timed.',
    cure: 'Time a restore where none was. Else restore from a nearer or faster copy, split the data set, or agree on a longer RTO.',
    closesWhen: 'the time of a full restore, measured or extrapolated, is within the RTO',
    touches: ['hipaa-criticality', 'iso-continuity', 'insurer-rto'],
    openedBy: 'verdict',
  },
  'repository-unreadable': {
    title: 'Repository unreadable',
    severities: [
      { severity: 'warning', when: 'the last attempt to read it failed' },
      { severity: 'critical', when: 'the password is refused or the repository is missing' },
    ],
    meaning: 'The last attempt to read a repository failed, so nobody knows what it holds.',
    cure: 'Make it reachable from the machine that reads it; look at the password, the network and the lock that the message names.',
    closesWhen: 'it is read again',
    touches: ['soc2-recovery', 'csf-backups', 'hipaa-copies'],
    openedBy: 'verdict',
  },
  'recovery-points-vanished': {
    title: 'Recovery points vanished',
    severities: [{ severity: 'critical', when: 'always' }],
    meaning: 'Points are gone that the retention rule would have kept: somebody or something deleted them.',
    cure: 'Find out who deleted them, change the credentials if nobody should have, and make a new point.',
    closesWhen: 'the rule would no longer keep them, or 14 days have passed',
    touches: ['e8-deletion', 'nist-deletion', 'soc2-monitoring', 'csf-backups'],
    openedBy: 'verdict',
  },
  'last-good-copy-expiring': {
    title: 'Last verified copy expiring',
    severities: [
      { severity: 'critical', when: 'where the policy asks for no errors' },
      { severity: 'note', when: 'otherwise' },
    ],
    meaning:
      'The retention rule will delete the newest verified point of every copy before the next verification is due.',
    cure: 'Verify now, verify more often, or keep points for longer than a verification’s cadence.',
    closesWhen: 'a newer point is verified, or the rule keeps it until the next verification is due',
    touches: ['csf-integrity', 'nist-reliability', 'soc2-tests'],
    openedBy: 'verdict',
  },
  'retention-too-short': {
    title: 'Retention too short',
    severities: [{ severity: 'warning', when: 'always' }],
    meaning: 'Points do not reach back as far as was promised.',
    cure: 'Lengthen the tool’s retention; what is deleted already cannot be brought back, so it closes as time goes on.',
    closesWhen: 'points reach back as far as promised',
    touches: ['iso-backup', 'csf-backups'],
    openedBy: 'verdict',
  },
  'retention-gap': {
    title: 'Gap in retention',
    severities: [{ severity: 'warning', when: 'always' }],
    meaning:
      'An hour, day, week, month or year in which a run succeeded has no usable point, though earlier ones have.',
    cure: 'Look who or what removed it, and bring the tool’s retention in line with the policy.',
    closesWhen: 'the bucket is no longer asked for',
    touches: ['iso-backup', 'csf-backups'],
    openedBy: 'verdict',
  },
  'retention-too-long': {
    title: 'Kept too long',
    severities: [{ severity: 'warning', when: 'always' }],
    meaning: 'Points are older than the greatest age that was agreed.',
    cure: 'Remove them, or let the tool’s retention do it.',
    closesWhen: 'no listed point is as old as the greatest age',
    touches: ['pci-retention-limit'],
    openedBy: 'verdict',
  },
  'retention-not-enforced': {
    title: 'Retention not enforced',
    severities: [{ severity: 'warning', when: 'always' }],
    meaning: 'The tool’s own rule says that points should be gone, and they are still there a week later.',
    cure: 'Look why the tool cannot remove them: on an append-only server another account has to. Or take the rule away.',
    closesWhen: 'they are removed, or a rule keeps them',
    touches: ['iso-backup', 'pci-retention-limit'],
    openedBy: 'verdict',
  },
  'unencrypted-copy': {
    title: 'Copy not encrypted',
    severities: [{ severity: 'warning', when: 'where the policy asks for encryption' }],
    meaning: 'A copy is not encrypted, or nothing says that it is, though the policy asks for it.',
    cure: 'Move it to an encrypted repository: most tools cannot encrypt one later.',
    closesWhen: 'the tool reports it encrypted, or the policy asks no more',
    touches: ['nist-cryptography', 'cis-protected', 'insurer-encryption'],
    openedBy: 'verdict',
  },
  'unencrypted-offsite': {
    title: 'Offsite copy not encrypted',
    severities: [{ severity: 'critical', when: 'where the policy asks for encryption' }],
    meaning: 'A copy that leaves the site is known to be unencrypted, though the policy asks for encryption.',
    cure: 'Move it to an encrypted repository: most tools cannot encrypt one later.',
    closesWhen: 'the tool reports it encrypted, or the policy asks no more',
    touches: ['nist-cryptography', 'cis-protected', 'insurer-encryption', 'pci-offline-media'],
    openedBy: 'verdict',
  },
  'access-unattested': {
    title: 'Access not attested',
    severities: [
      { severity: 'warning', when: 'where the policy asks for it and no attestation holds' },
      { severity: 'note', when: 'fourteen days before it is due again' },
    ],
    meaning:
      'Nobody attested who can reach and delete the backups, with a second factor and separate credentials, or the attestation is due again.',
    cure: 'Have the person in charge review who can reach the repository and declare it, with an expiry; turn on a second factor and separate the credentials where either is lacking.',
    closesWhen: 'it is attested anew, or the policy asks no more',
    touches: ['soc2-access', 'insurer-access'],
    openedBy: 'verdict',
  },
  'key-custody-unattested': {
    title: 'Key custody not attested',
    severities: [
      { severity: 'warning', when: 'where the policy asks for it and no attestation holds' },
      { severity: 'note', when: 'fourteen days before it is due again' },
    ],
    meaning:
      'Nobody attested where the key is kept outside the protected machine, or the attestation is due again: without the key no copy can be restored.',
    cure: 'Keep the key elsewhere and declare where, with an expiry; a restore test with that key alone proves it.',
    closesWhen: 'it is attested anew, the policy asks no more, or the repository is known to have no key',
    touches: ['hipaa-restore', 'nist-cryptography'],
    openedBy: 'verdict',
  },
  'declaration-expired': {
    title: 'Declaration expired',
    severities: [{ severity: 'warning', when: 'always' }],
    meaning: 'What somebody declared about a system or repository has run out, so it no longer counts.',
    cure: 'Look whether it still holds, and declare it again.',
    closesWhen: 'it is declared again, or a tool reports it',
    touches: ['pci-offline-media', 'sox-operations'],
    openedBy: 'verdict',
  },
  'image-missing': {
    title: 'No image',
    severities: [{ severity: 'warning', when: 'where the policy asks for images' }],
    meaning:
      'Only files are captured where the policy asks for images: the machine would have to be set up by hand.',
    cure: 'Add a job that takes images of the system.',
    closesWhen: 'an image is there',
    touches: ['iso-continuity'],
    openedBy: 'verdict',
  },
  'capacity-low': {
    title: 'Little free space',
    severities: [
      { severity: 'warning', when: 'less than 10 % is free' },
      { severity: 'critical', when: 'less than 3 % is free' },
    ],
    meaning: 'A repository is nearly full: the next backup may not fit.',
    cure: 'Free or add space; look whether retention is enforced.',
    closesWhen: 'enough space is free again, or nothing was measured for two weeks',
    touches: ['soc2-recovery'],
    openedBy: 'verdict',
  },
  'capacity-forecast': {
    title: 'Full soon',
    severities: [{ severity: 'warning', when: 'it will be full within 30 days' }],
    meaning: 'If the repository fills as it did, it will soon be full.',
    cure: 'Add space, or shorten retention where the contract allows it.',
    closesWhen: 'the forecast is beyond 30 days, or the medium was enlarged',
    touches: ['soc2-recovery'],
    openedBy: 'verdict',
  },
  'size-anomaly': {
    title: 'Unusual size',
    severities: [{ severity: 'warning', when: 'always' }],
    meaning:
      'The last run read or changed far more or less than the job ever did: it can be a hint of ransomware, a moved share or a mass deletion.',
    cure: 'Look what changed on the system before older points go; take a copy offline if in doubt.',
    closesWhen: 'the next good run is as usual',
    touches: ['soc2-monitoring'],
    openedBy: 'verdict',
  },
  'agent-silent': {
    title: 'Agent silent',
    severities: [{ severity: 'warning', when: 'always' }],
    meaning: 'An agent was not heard for longer than the policy allows, while another channel still is.',
    cure: 'Look whether the machine runs and reaches us; revoke the agent if it was replaced.',
    closesWhen: 'it is heard again, or revoked',
    touches: ['soc2-monitoring', 'soc2-recovery'],
    openedBy: 'verdict',
  },
  'reports-missing': {
    title: 'Reports missing',
    severities: [{ severity: 'warning', when: 'always' }],
    meaning: 'Reports with these numbers never arrived, though later ones did: what they said is not known.',
    cure: 'Look at the agent’s spool and log; a restored machine may have sent them under another key.',
    closesWhen: 'they arrive, or a week has passed',
    touches: ['soc2-monitoring'],
    openedBy: 'verdict',
  },
  'clock-skew': {
    title: 'Clock differs',
    severities: [{ severity: 'warning', when: 'always' }],
    meaning: 'A machine’s clock differs from ours by more than five minutes: its times cannot be relied on.',
    cure: 'Let the machine set its clock by NTP.',
    closesWhen: 'it reports with the right time',
    touches: ['soc2-monitoring'],
    openedBy: 'verdict',
  },
  'tool-untrusted': {
    title: 'Tool that hides errors',
    severities: [{ severity: 'warning', when: 'always' }],
    meaning: 'This version of a tool is known to report success wrongly.',
    cure: 'Update it; until then only checks and restore tests of our own say anything.',
    closesWhen: 'no report of the last two days names it',
    touches: ['soc2-tests', 'csf-integrity'],
    openedBy: 'verdict',
  },
  'unmanaged-system': {
    title: 'System without a policy',
    severities: [{ severity: 'warning', when: 'where its client has an inventory' }],
    meaning:
      'A system reports, but its client’s inventory does not list it and only your default holds for it: nobody said what was promised for it.',
    cure: 'Assign a policy to it, to its client, its site or a tag of it; list it in the inventory; or exclude it with a reason.',
    closesWhen: 'a policy is assigned, an inventory lists it, or it is excluded',
    touches: ['dora-backup', 'pci-scope'],
    openedBy: 'coverage',
  },
  'not-covered': {
    title: 'System without a backup',
    severities: [{ severity: 'warning', when: 'always' }],
    meaning: 'A system of the inventory has no backup job and no recovery point.',
    cure: 'Set up a backup, or exclude it with owner and reason.',
    closesWhen: 'it has a job or a recovery point, the inventory no longer lists it, or it is excluded',
    touches: ['hipaa-criticality', 'dora-backup', 'pci-scope'],
    openedBy: 'coverage',
  },
  drill: {
    title: 'DRILL of the alarm',
    severities: [{ severity: 'critical', when: 'always, as a restore test that failed' }],
    meaning:
      'A DRILL, nothing is wrong: a restored file was damaged on purpose in a scratch folder, the restore test noticed it, and this is the alarm that has to reach people.',
    cure: 'Confirm on the system’s page that the message reached you. Nothing else is to be done.',
    closesWhen: 'somebody confirms that the alarm arrived, or nobody did for 24 hours',
    touches: [],
    openedBy: 'drill',
  },
  'drill-failed': {
    title: 'Drill failed',
    severities: [{ severity: 'critical', when: 'always' }],
    meaning:
      'In a drill a restore test took a file for good that was damaged on purpose, or found that the copy itself is not whole. This is no exercise.',
    cure: 'Ask for a restore test of all files now. Where damage was not noticed, update the agent and hold what it compares against its documentation; where the copy is damaged, make a new recovery point. Then repeat the drill.',
    closesWhen: 'a later drill of the same copy notices its damage',
    touches: [],
    openedBy: 'drill',
  },
} as const satisfies Record<string, CatalogueEntry>;

export type FindingRule = keyof typeof CATALOGUE;

/** The findings that evaluating a data set can open. */
export type OpenableRule = {
  [Rule in FindingRule]: (typeof CATALOGUE)[Rule]['openedBy'] extends 'verdict' ? Rule : never;
}[FindingRule];

export const FINDING_RULES = Object.keys(CATALOGUE) as readonly FindingRule[];
