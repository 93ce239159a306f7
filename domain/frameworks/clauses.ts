/** A clause that speaks of backup or restore, in our words; from its own text or a good secondary source. */
export interface Clause {
  framework: string;
  /** As its text numbers it. */
  clause: string;
  /** What it asks for, without a full stop. */
  asks: string;
}

/**
 * The clauses that findings touch. What a framework does not ask for is left out: PCI DSS asks for no restore test, SOX for no
 * seven years of backups, and none of them for a least retention of backups.
 */
export const CLAUSES = {
  'hipaa-copies': {
    framework: 'HIPAA',
    clause: '164.308(a)(7)(ii)(A)',
    asks: 'retrievable exact copies of electronic protected health information',
  },
  'hipaa-restore': {
    framework: 'HIPAA',
    clause: '164.308(a)(7)(ii)(B)',
    asks: 'procedures to restore lost data',
  },
  'hipaa-testing': {
    framework: 'HIPAA',
    clause: '164.308(a)(7)(ii)(D), addressable',
    asks: 'periodic testing and revision of contingency plans',
  },
  'hipaa-criticality': {
    framework: 'HIPAA',
    clause: '164.308(a)(7)(ii)(E), addressable',
    asks: 'the criticality of applications and data to be assessed',
  },
  'pci-offline-media': {
    framework: 'PCI DSS 4.0',
    clause: '9.4.1.1, 9.4.1.2',
    asks: 'offline media with cardholder data to be stored securely, the place reviewed every 12 months',
  },
  'pci-retention-limit': {
    framework: 'PCI DSS 4.0',
    clause: '3.2.1',
    asks: 'cardholder data, in backups too, to be kept no longer than needed',
  },
  'pci-scope': {
    framework: 'PCI DSS 4.0',
    clause: '12.5.2',
    asks: 'the scope to be documented, backups among it',
  },
  'sox-operations': {
    framework: 'SOX',
    clause: '§404 (IT general controls, computer operations)',
    asks: 'controls that operate, and failures that are followed up',
  },
  'csf-backups': {
    framework: 'NIST CSF 2.0',
    clause: 'PR.DS-11',
    asks: 'backups that are created, protected, maintained and tested',
  },
  'csf-integrity': {
    framework: 'NIST CSF 2.0',
    clause: 'RC.RP-03',
    asks: 'the integrity of backups to be verified before they are used',
  },
  'nist-backup': { framework: 'NIST SP 800-53 r5', clause: 'CP-9', asks: 'system backups' },
  'nist-reliability': {
    framework: 'NIST SP 800-53 r5',
    clause: 'CP-9(1)',
    asks: 'backups to be tested for reliability and integrity',
  },
  'nist-sampling': {
    framework: 'NIST SP 800-53 r5',
    clause: 'CP-9(2)',
    asks: 'restoration to be tested by sampling',
  },
  'nist-separate': {
    framework: 'NIST SP 800-53 r5',
    clause: 'CP-9(3)',
    asks: 'critical backups to be stored separately',
  },
  'nist-transfer': {
    framework: 'NIST SP 800-53 r5',
    clause: 'CP-9(5)',
    asks: 'backups to be transferred to the alternate storage site',
  },
  'nist-deletion': {
    framework: 'NIST SP 800-53 r5',
    clause: 'CP-9(7)',
    asks: 'two people to authorise the deletion of backups',
  },
  'nist-cryptography': {
    framework: 'NIST SP 800-53 r5',
    clause: 'CP-9(8)',
    asks: 'cryptographic protection of backups',
  },
  'nist-alternate-site': {
    framework: 'NIST SP 800-53 r5',
    clause: 'CP-6',
    asks: 'an alternate storage site',
  },
  'cis-automated': { framework: 'CIS v8', clause: '11.2', asks: 'automated backups, weekly or more often' },
  'cis-protected': {
    framework: 'CIS v8',
    clause: '11.3',
    asks: 'recovery data to be protected as well as the data itself',
  },
  'cis-isolated': { framework: 'CIS v8', clause: '11.4', asks: 'an isolated instance of recovery data' },
  'cis-tested': {
    framework: 'CIS v8',
    clause: '11.5',
    asks: 'a sample of backups to be tested each quarter',
  },
  'iso-backup': {
    framework: 'ISO 27001:2022',
    clause: 'A.8.13',
    asks: 'backups to be maintained and regularly tested under a policy',
  },
  'iso-continuity': {
    framework: 'ISO 27001:2022',
    clause: 'A.5.30',
    asks: 'ICT to be ready for business continuity',
  },
  'soc2-recovery': {
    framework: 'SOC 2',
    clause: 'A1.2',
    asks: 'failures of backups to be detected and corrected, and copies offsite',
  },
  'soc2-tests': {
    framework: 'SOC 2',
    clause: 'A1.3',
    asks: 'the integrity and completeness of backups to be tested',
  },
  'soc2-monitoring': { framework: 'SOC 2', clause: 'CC7.2', asks: 'anomalies to be watched for' },
  'soc2-access': { framework: 'SOC 2', clause: 'CC6.1', asks: 'logical access to be restricted' },
  'e8-restore': {
    framework: 'Essential Eight',
    clause: 'regular backups',
    asks: 'restoration to a common point in time to be tested',
  },
  'e8-deletion': {
    framework: 'Essential Eight',
    clause: 'regular backups',
    asks: 'backup administrators to be unable to delete backups while they are to be kept',
  },
  'dora-tests': {
    framework: 'DORA',
    clause: '11(6)(a)',
    asks: 'continuity plans to be tested at least yearly',
  },
  'dora-backup': {
    framework: 'DORA',
    clause: '12(1)',
    asks: 'backup policies with a scope and a least frequency by criticality',
  },
  'insurer-offline': {
    framework: 'Cyber insurance',
    clause: 'questionnaire',
    asks: 'whether a copy is offline or immutable',
  },
  'insurer-encryption': {
    framework: 'Cyber insurance',
    clause: 'questionnaire',
    asks: 'whether backups are encrypted',
  },
  'insurer-frequency': {
    framework: 'Cyber insurance',
    clause: 'questionnaire',
    asks: 'how often backups are made',
  },
  'insurer-restore-test': {
    framework: 'Cyber insurance',
    clause: 'questionnaire',
    asks: 'when a restore was last tested',
  },
  'insurer-access': {
    framework: 'Cyber insurance',
    clause: 'questionnaire',
    asks: 'whether backup consoles need a second factor',
  },
  'insurer-rto': { framework: 'Cyber insurance', clause: 'questionnaire', asks: 'the RTO and the RPO' },
} as const satisfies Record<string, Clause>;
export type ClauseId = keyof typeof CLAUSES;
