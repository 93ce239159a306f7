import type { CoverageCounts, CoverageState } from '@/domain/coverage/coverage';
import type { RowProblem } from '@/domain/coverage/inventory-columns';
import { counted, countText } from '../format/amounts';

export const COVERAGE_WORD: Readonly<Record<CoverageState | 'excluded', string>> = {
  'not-covered': 'Not backed up',
  'not-in-inventory': 'Not in the inventory',
  'backed-up': 'Backed up',
  excluded: 'Excluded',
};

/** '41 of 52 machines of the inventory are backed up; 9 are not, 2 are excluded. 3 that report are not in it.' */
export function coverageSentence(counts: CoverageCounts): string {
  const { inventory, backedUp, notCovered, excluded, notInInventory } = counts;
  const rest = [
    notCovered > 0 && `${countText(notCovered)} ${notCovered === 1 ? 'is' : 'are'} not`,
    excluded > 0 && `${countText(excluded)} ${excluded === 1 ? 'is' : 'are'} excluded`,
  ].filter(Boolean);
  const all =
    inventory > 0 && backedUp === inventory
      ? `${inventory === 1 ? 'The one machine' : `All ${countText(inventory)} machines`} of the inventory ${inventory === 1 ? 'is' : 'are'} backed up.`
      : `${countText(backedUp)} of ${counted(inventory, 'machine')} of the inventory ${backedUp === 1 ? 'is' : 'are'} backed up; ${rest.join(', ')}.`;
  if (notInInventory === 0) return all;
  return `${all} ${countText(notInInventory)} that ${notInInventory === 1 ? 'reports is' : 'report are'} not in it.`;
}

/** Why a row of a file cannot be read. */
export function rowProblemText(problem: RowProblem): string {
  switch (problem.why) {
    case 'no-name':
      return 'no host name in this row';
    case 'no-client':
      return 'no client in this row';
    case 'too-long':
      return `the ${problem.column === 'name' ? 'host name' : 'site'} is longer than ${problem.lengthMax} characters`;
    case 'control-characters':
      return 'holds control characters or characters that cannot be seen';
    case 'open-quote':
      return 'a quote begins here that is never closed: all that follows is in it';
    case 'too-many-cells':
      return `has ${problem.cells} cells, the head ${problem.columns}`;
    case 'unknown-client':
      return `no client is called '${problem.clientName}'`;
    case 'twice':
      return `the same machine stands in line ${problem.firstLine}`;
  }
}
