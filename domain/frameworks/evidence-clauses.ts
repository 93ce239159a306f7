import type { Population } from '../evidence/population';

/** A clause by which an auditor browses, in our words, with what here serves it as evidence. */
export interface EvidenceClause {
  readonly id: string;
  readonly framework: string;
  /** As its text numbers it. */
  readonly clause: string;
  readonly title: string;
  /** What it asks for. */
  readonly says: string;
  /** How often tests are asked for, and how long evidence is kept, where the clause says so; null: it does not. */
  readonly frequency: string | null;
  readonly keep: string | null;
  /** What of it stands beside the clause's own words: addressable, proposed, convention. */
  readonly standing: 'addressable' | 'proposed' | 'convention' | null;
  /** Empty: nothing here shows it, and the auditor has to ask the client. */
  readonly servedBy: readonly Population[];
}

const HIPAA_KEEP = '6 years from creation or last in effect, 164.316(b)(2)(i)';
const OPERATION: readonly Population[] = ['runs', 'expected-runs', 'verdict-changes'];
const TESTING: readonly Population[] = ['restore-tests', 'checks'];

/** Every clause that speaks of backup and restore, framework by framework. What a framework does not ask for is not in it. */
export const EVIDENCE_CLAUSES: readonly EvidenceClause[] = [
  clause('hipaa-a', 'HIPAA', '164.308(a)(7)(ii)(A)', 'Data backup plan', {
    says: 'Retrievable exact copies of electronic protected health information are made and kept.',
    keep: HIPAA_KEEP,
    servedBy: OPERATION,
  }),
  clause('hipaa-b', 'HIPAA', '164.308(a)(7)(ii)(B)', 'Disaster recovery plan', {
    says: 'There are procedures to restore lost data.',
    keep: HIPAA_KEEP,
    servedBy: ['restore-tests'],
  }),
  clause('hipaa-c', 'HIPAA', '164.308(a)(7)(ii)(C)', 'Emergency mode operation', {
    says: 'Critical business processes go on in an emergency.',
    keep: HIPAA_KEEP,
    servedBy: [],
  }),
  clause('hipaa-d', 'HIPAA', '164.308(a)(7)(ii)(D)', 'Testing and revision procedures', {
    says: 'Contingency plans are tested periodically, and revised. An auditor looks at method, roles, frequency, timeliness, documentation and corrective action.',
    frequency: 'periodic',
    keep: HIPAA_KEEP,
    standing: 'addressable',
    servedBy: TESTING,
  }),
  clause('hipaa-e', 'HIPAA', '164.308(a)(7)(ii)(E)', 'Criticality of applications and data', {
    says: 'How critical applications and data are to the other parts of the plan is assessed.',
    keep: HIPAA_KEEP,
    standing: 'addressable',
    servedBy: ['verdict-changes'],
  }),
  clause('hipaa-moving', 'HIPAA', '164.310(d)(2)(iv)', 'Copy before moving equipment', {
    says: 'A retrievable exact copy is made before equipment is moved.',
    frequency: 'on the event',
    keep: '6 years',
    standing: 'addressable',
    servedBy: ['runs'],
  }),
  clause('hipaa-72h', 'HIPAA', '164.308 (proposed rule)', 'Restored within 72 hours', {
    says: 'Critical systems are restored within 72 hours.',
    standing: 'proposed',
    servedBy: ['restore-tests'],
  }),
  clause('pci-media', 'PCI DSS 4.0', '9.4.1.1, 9.4.1.2, 9.4.5, 9.4.5.1', 'Offline media', {
    says: 'Offline media with cardholder data are stored securely, their place reviewed and inventoried.',
    frequency: '12 months',
    servedBy: [],
  }),
  clause('pci-logs', 'PCI DSS 4.0', '10.3.3, 10.5.1', 'Audit logs backed up', {
    says: 'Audit logs are backed up promptly to a place that is hard to modify, and kept.',
    keep: '12 months, 3 of them at hand',
    servedBy: ['runs', 'expected-runs'],
  }),
  clause('pci-incident', 'PCI DSS 4.0', '12.10.1, 12.10.2', 'Incident response plan', {
    says: 'The incident plan covers backup and recovery, and is reviewed and tested.',
    frequency: '12 months',
    servedBy: ['restore-tests'],
  }),
  clause('pci-scope', 'PCI DSS 4.0', '3.2.1, 12.5.2', 'Retention and scope', {
    says: 'Limits of retention hold for backups too, and backups are in scope.',
    servedBy: ['verdict-changes'],
  }),
  clause('sox-404', 'SOX', '§404 (ITGC, computer operations)', 'Computer operations', {
    says: 'Controls operate, and failures are followed up.',
    frequency: 'per control',
    keep: '7 years by convention',
    standing: 'convention',
    servedBy: [...OPERATION, 'restore-tests'],
  }),
  clause('csf-ds-11', 'NIST CSF 2.0', 'PR.DS-11', 'Backups', {
    says: 'Backups are created, protected, maintained and tested.',
    servedBy: [...OPERATION, ...TESTING],
  }),
  clause('csf-rp-03', 'NIST CSF 2.0', 'RC.RP-03', 'Integrity before use', {
    says: 'The integrity of backups is verified before they are used.',
    servedBy: TESTING,
  }),
  clause('csf-rp-05', 'NIST CSF 2.0', 'RC.RP-05, RC.RP-06', 'Restored assets', {
    says: 'The integrity of restored assets is verified, and the end of recovery declared.',
    servedBy: ['restore-tests'],
  }),
  clause('csf-im-02', 'NIST CSF 2.0', 'ID.IM-02', 'Improvement from tests', {
    says: 'Improvements are found from tests and exercises.',
    servedBy: ['restore-tests'],
  }),
  clause('nist-cp-9', 'NIST SP 800-53 r5', 'CP-9', 'System backup', {
    says: 'Backups are made as often as the organisation set, and protected.',
    frequency: 'set by the organisation',
    servedBy: OPERATION,
  }),
  clause('nist-cp-9-1', 'NIST SP 800-53 r5', 'CP-9(1), CP-9(2)', 'Reliability and sampling', {
    says: 'Backups are tested for reliability and integrity, and a sample is restored.',
    frequency: 'set by the organisation',
    servedBy: TESTING,
  }),
  clause('nist-cp-9-3', 'NIST SP 800-53 r5', 'CP-9(3), CP-9(5), CP-6', 'Separate storage', {
    says: 'Critical backups are stored apart, and transferred to the alternate storage site.',
    servedBy: ['verdict-changes'],
  }),
  clause('nist-cp-9-7', 'NIST SP 800-53 r5', 'CP-9(7), CP-9(8)', 'Deletion and cryptography', {
    says: 'Two people authorise the deletion of backups, and cryptography protects them.',
    servedBy: ['verdict-changes'],
  }),
  clause('cis-11', 'CIS v8', '11.1, 11.2, 11.3, 11.4', 'Data recovery', {
    says: 'There is a process; backups are automated, weekly or more often, protected as the data itself, one instance isolated.',
    frequency: 'weekly backups',
    servedBy: OPERATION,
  }),
  clause('cis-11-5', 'CIS v8', '11.5', 'Test data recovery', {
    says: 'A sample of backups is tested.',
    frequency: 'quarterly',
    servedBy: TESTING,
  }),
  clause('iso-8-13', 'ISO 27001:2022', 'A.8.13', 'Information backup', {
    says: 'Backups are maintained and regularly tested under a policy.',
    frequency: 'per policy',
    keep: 'per policy',
    servedBy: [...OPERATION, ...TESTING],
  }),
  clause('iso-5-29', 'ISO 27001:2022', 'A.5.29, A.5.30', 'Continuity', {
    says: 'Security holds during disruption, and ICT is ready for continuity.',
    frequency: 'per policy',
    servedBy: ['restore-tests'],
  }),
  clause('soc2-a1-2', 'SOC 2', 'A1.2, CC7.2, CC7.5', 'Detect and correct', {
    says: 'Failures are detected and corrected, copies are offsite, recovery is made and improved.',
    keep: 'the audit period and beyond',
    servedBy: OPERATION,
  }),
  clause('soc2-a1-3', 'SOC 2', 'A1.3', 'Recovery testing', {
    says: 'The integrity and completeness of backups are tested. Type II: the population of the whole period, and a sample.',
    frequency: 'as promised',
    keep: 'the audit period and beyond',
    servedBy: TESTING,
  }),
  clause('soc2-cc6', 'SOC 2', 'CC6.1, CC6.3, CC6.4, CC6.7', 'Access', {
    says: 'Logical and physical access to backups is restricted, and data is protected as it moves.',
    servedBy: [],
  }),
  clause('e8-backups', 'Essential Eight', 'regular backups', 'Regular backups', {
    says: 'Restoration to a common point in time is tested, and backup administrators cannot delete within retention.',
    servedBy: [...TESTING, 'verdict-changes'],
  }),
  clause('dora-11-6', 'DORA', '11(6)(a), 11(8)', 'Continuity tests', {
    says: 'Continuity plans are tested, and the records are at hand.',
    frequency: 'yearly',
    keep: 'readily accessible',
    servedBy: ['restore-tests'],
  }),
  clause('dora-12', 'DORA', '12(1), 12(2), 12(3)', 'Backup policies', {
    says: 'Backups have a scope and a least frequency by criticality, and restoring uses segregated systems.',
    servedBy: [...OPERATION, 'restore-tests'],
  }),
  clause('insurer', 'Cyber insurance', 'questionnaires', 'Insurers’ questions', {
    says: 'Second factor on backup consoles, a copy offline or immutable, encryption, frequency, the date, scope and performer of the last restore test, RTO and RPO.',
    frequency: '6 to 12 months',
    keep: 'the term of the policy',
    servedBy: ['restore-tests', 'runs', 'verdict-changes'],
  }),
];

/** The frameworks in the order of the table. */
export const FRAMEWORKS: readonly string[] = [...new Set(EVIDENCE_CLAUSES.map(({ framework }) => framework))];

export function findClause(id: string | null): EvidenceClause | null {
  return EVIDENCE_CLAUSES.find((one) => one.id === id) ?? null;
}

function clause(
  id: string,
  framework: string,
  number: string,
  title: string,
  rest: Pick<EvidenceClause, 'says' | 'servedBy'> &
    Partial<Pick<EvidenceClause, 'frequency' | 'keep' | 'standing'>>,
): EvidenceClause {
  return { id, framework, clause: number, title, frequency: null, keep: null, standing: null, ...rest };
}
