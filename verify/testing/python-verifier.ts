import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Verdict } from '../verify';

/** The second implementation, in one process for many bundles. */
export interface PythonVerifier {
  verify(bundle: string, options: object): Promise<Verdict>;
  close(): void;
}

const LOOP = `
import importlib.util, json, sys
spec = importlib.util.spec_from_file_location('verify', sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
for line in sys.stdin:
    asked = json.loads(line)
    said = module.verify(asked['bundle'], asked['keys'], asked['witnesses'], asked['authorities'], asked.get('certificates', []))
    print(json.dumps(said), flush=True)
`;

export function openPythonVerifier(): PythonVerifier {
  const file = path.resolve(import.meta.dirname, '../verify.py');
  const child: ChildProcess = spawn('python3', ['-c', LOOP, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = child.stdout ? createInterface({ input: child.stdout })[Symbol.asyncIterator]() : null;
  return {
    async verify(bundle, options) {
      child.stdin?.write(`${JSON.stringify({ bundle, ...options })}\n`);
      const answer = await lines?.next();
      if (!answer || answer.done) throw new Error('verify.py ended');
      return JSON.parse(answer.value) as Verdict;
    },
    close: () => void child.stdin?.end(),
  };
}
