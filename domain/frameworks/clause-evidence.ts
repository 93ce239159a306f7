import { CLAUSES, type ClauseId } from './clauses';

/** What a pack can show to a clause: parts of it, each with the whole period's population. */
export type EvidencePart =
  'runs' | 'systems' | 'tests' | 'verifications' | 'attestations' | 'findings' | 'policy';

/** Which parts of a pack speak to which clause, beside the findings that touch it. What nothing speaks to is left empty: a gap. */
export const CLAUSE_EVIDENCE: Readonly<Record<ClauseId, readonly EvidencePart[]>> = {
  'hipaa-copies': ['systems', 'runs'],
  'hipaa-restore': ['policy', 'tests'],
  'hipaa-testing': ['tests'],
  'hipaa-criticality': ['systems'],
  'pci-offline-media': ['attestations'],
  'pci-retention-limit': ['policy'],
  'pci-scope': ['systems'],
  'sox-operations': ['runs', 'findings'],
  'csf-backups': ['runs', 'systems', 'tests'],
  'csf-integrity': ['verifications', 'tests'],
  'nist-backup': ['runs', 'policy'],
  'nist-reliability': ['verifications', 'tests'],
  'nist-sampling': ['tests'],
  'nist-separate': ['systems', 'attestations'],
  'nist-transfer': ['systems'],
  'nist-deletion': ['attestations'],
  'nist-cryptography': ['findings'],
  'nist-alternate-site': ['systems', 'attestations'],
  'cis-automated': ['runs'],
  'cis-protected': ['attestations', 'findings'],
  'cis-isolated': ['attestations', 'systems'],
  'cis-tested': ['tests'],
  'iso-backup': ['policy', 'runs', 'tests'],
  'iso-continuity': ['tests'],
  'soc2-recovery': ['runs', 'findings', 'systems'],
  'soc2-tests': ['verifications', 'tests'],
  'soc2-monitoring': ['findings'],
  'soc2-access': ['attestations'],
  'e8-restore': ['tests'],
  'e8-deletion': ['attestations'],
  'dora-tests': ['tests'],
  'dora-backup': ['policy', 'systems'],
  'insurer-offline': ['attestations', 'systems'],
  'insurer-encryption': ['findings'],
  'insurer-frequency': ['runs', 'policy'],
  'insurer-restore-test': ['tests'],
  'insurer-access': ['attestations'],
  'insurer-rto': ['policy', 'tests'],
};

/** Every framework that a pack can be ordered by, in the order of the clauses. */
export const FRAMEWORKS: readonly string[] = [
  ...new Set(Object.values(CLAUSES).map(({ framework }) => framework)),
];

/** The clauses of a framework, in their order. */
export function clausesOf(framework: string): ClauseId[] {
  return (Object.keys(CLAUSES) as ClauseId[]).filter((id) => CLAUSES[id].framework === framework);
}
