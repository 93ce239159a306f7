/** Of all mails that are being received, held at once; beyond it senders are asked to come back. */
const HELD_BYTES_MAX = 64 * 1024 * 1024;
const FIRST_BYTES = 64 * 1024;

/** Room for mails on their way in, shared by every way in. */
export interface HeldBytes {
  /** A place for one mail, empty yet. */
  open(bytesMax: number): HeldMail;
}

/** One mail that is being received, in one piece of memory that grows as it comes. */
export interface HeldMail {
  /** `too-large`: beyond what a mail may have. `no-room`: others are being received; nothing more is kept of this one then. */
  add(chunk: Uint8Array): 'added' | 'too-large' | 'no-room';
  /** What came, whole. It is read only; the place is held until `close`. */
  bytes(): Buffer;
  /** Gives its room back; twice does no harm. */
  close(): void;
}

export function createHeldBytes(heldBytesMax = HELD_BYTES_MAX): HeldBytes {
  let held = 0;

  function open(bytesMax: number): HeldMail {
    let memory = Buffer.alloc(0);
    let size = 0;

    function grow(wanted: number): boolean {
      const capacity = Math.min(bytesMax, Math.max(FIRST_BYTES, memory.length * 2, wanted));
      if (held + capacity - memory.length > heldBytesMax) return false;
      held += capacity - memory.length;
      const larger = Buffer.allocUnsafeSlow(capacity);
      memory.copy(larger, 0, 0, size);
      memory = larger;
      return true;
    }

    return {
      add: (chunk) => {
        const wanted = size + chunk.length;
        if (wanted > bytesMax) return 'too-large';
        if (wanted > memory.length && !grow(wanted)) return 'no-room';
        memory.set(chunk, size);
        size = wanted;
        return 'added';
      },
      bytes: () => memory.subarray(0, size),
      close: () => {
        held -= memory.length;
        memory = Buffer.alloc(0);
        size = 0;
      },
    };
  }

  return { open };
}
