import { type ChildProcess, fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { Sheet } from '@/domain/report/sheet';
import { renderAnswer, type RenderedWith, type RenderQuestion } from './render-messages';

/** Prints sheets, one at a time, in a process of its own that lives on between them. */
export interface Renderer {
  /**
   * Prints a sheet as PDF/A-3a with its facts attached, unsigned.
   * @param facts canonical JSON
   * @param signal ends the render process when it is aborted
   * @param picturesMax how many of the first pages are wanted as pictures, too; preset: none
   * @returns `pictures`: SVG, one a page, of the very layout that the PDF has
   * @throws RenderError
   */
  render(
    sheet: Sheet,
    facts: Uint8Array,
    logo: Uint8Array | null,
    signal?: AbortSignal,
    picturesMax?: number,
  ): Promise<{ pdf: Uint8Array; pages: number; pictures: string[]; with: RenderedWith }>;
  close(): void;
}

/** Why nothing was printed; the message is public, what the process said is its cause. */
export class RenderError extends Error {
  override readonly name = 'RenderError';
  readonly problem: 'too-long' | 'too-much-memory' | 'refused' | 'ended' | 'cancelled';

  constructor(problem: RenderError['problem'], message: string, cause?: unknown) {
    super(message, { cause });
    this.problem = problem;
  }
}

export interface RenderLimits {
  readonly msMax: number;
  /** Resident memory of the process, its native parts included. */
  readonly bytesMax: number;
}

/** A pack of 20,000 rows takes 1.6 GB, and 20 s where others want the cores, too. */
const RENDER_LIMITS: RenderLimits = { msMax: 120_000, bytesMax: 2_500_000_000 };
const LOOK_MS = 200;
const PAGE_BYTES = 4096;

/** @param program the bundled render process; started at the first sheet */
export function openRenderer(program: string, limits: RenderLimits = RENDER_LIMITS): Renderer {
  let child: ChildProcess | undefined;
  let last = Promise.resolve();
  let count = 0;

  const living = (): ChildProcess => {
    if (child?.connected && child.exitCode === null && child.signalCode === null) return child;
    // Its environment holds nothing: what it prints comes with the question.
    child = fork(program, [], {
      serialization: 'advanced',
      execArgv: [],
      env: { NODE_ENV: 'production' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    return child;
  };
  const end = (): void => {
    child?.kill('SIGKILL');
    child = undefined;
  };

  return {
    render: (sheet, facts, logo, signal, picturesMax = 0) => {
      const question = { id: (count += 1), sheet: JSON.stringify(sheet), facts, logo, picturesMax };
      const done = last.then(() => ask(living(), question, { limits, end, signal }));
      last = done.then(
        () => {},
        () => {},
      );
      return done;
    },
    close: end,
  };
}

interface Asking {
  readonly limits: RenderLimits;
  readonly end: () => void;
  readonly signal: AbortSignal | undefined;
}

function ask(
  child: ChildProcess,
  question: RenderQuestion,
  { limits, end, signal }: Asking,
): ReturnType<Renderer['render']> {
  return new Promise((resolve, reject) => {
    const giveUp = (error: RenderError): void => {
      stop();
      end();
      reject(error);
    };
    const cancel = (): void => giveUp(new RenderError('cancelled', 'It was cancelled.'));
    const timer = setTimeout(
      () => giveUp(new RenderError('too-long', 'It took too long. Ask for a shorter period.')),
      limits.msMax,
    );
    const watch = setInterval(() => {
      void memoryOf(child.pid).then((bytes) => {
        if (bytes > limits.bytesMax)
          giveUp(new RenderError('too-much-memory', 'It took too much memory. Ask for a shorter period.'));
      });
    }, LOOK_MS);
    const onMessage = (message: unknown): void => {
      stop();
      const answer = renderAnswer.parse(message);
      if (answer.outcome === 'rendered') resolve(answer);
      else
        reject(new RenderError('refused', 'It could not be set. Tell whoever runs Holdfast.', answer.reason));
    };
    const onEnd = (): void => giveUp(new RenderError('ended', 'The render process ended. Try again.'));
    const stop = (): void => {
      clearTimeout(timer);
      clearInterval(watch);
      child.off('message', onMessage).off('exit', onEnd).off('error', onEnd);
      signal?.removeEventListener('abort', cancel);
    };
    child.on('message', onMessage).on('exit', onEnd).on('error', onEnd);
    signal?.addEventListener('abort', cancel);
    if (signal?.aborted) cancel();
    else child.send(question, (error) => error && onEnd());
  });
}

/** 0 where the system does not say. */
async function memoryOf(pid: number | undefined): Promise<number> {
  try {
    const pages = (await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ')[1];
    return Number(pages) * PAGE_BYTES;
  } catch {
    return 0;
  }
}
