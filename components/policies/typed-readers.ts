// Fetched once somebody types: what these are read with weighs more than the page that shows them.
export { contractTerms } from '@/domain/policy/contract-terms';
export { retentionPolicy } from '@/domain/retention/retention-policy';
export { maintenanceWindow } from '@/domain/schedule/maintenance';
export { readSchedule } from '@/domain/schedule/read-schedule';
