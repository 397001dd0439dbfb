/**
 * Files that a program no longer refers to are closed, as Lua's `__gc` of files does: in the event
 * loop or, when the program asks for a collection, right after it.
 */
import type { HostFile } from "../../runtime/host.ts";

interface OpenFile {
  readonly file: HostFile;
  readonly handle: WeakRef<HostFile>;
}

const openFiles = new Set<OpenFile>();

const registry = new FinalizationRegistry<OpenFile>(closeForgotten);

/** Closes those whose handle was collected. */
export function closeForgottenFiles(): void {
  for (const open of openFiles) if (open.handle.deref() === undefined) closeForgotten(open);
}

function closeForgotten(open: OpenFile): void {
  if (openFiles.delete(open)) open.file.close();
}

/** The same file behind an object of its own; when that is collected, the file is closed. */
export function closeWhenForgotten(file: HostFile): HostFile {
  const handle: HostFile = {
    read: (sizeBytes) => file.read(sizeBytes),
    write: (bytes) => file.write(bytes),
    seek: (whence, offset) => file.seek(whence, offset),
    flush: () => file.flush(),
    setBuffering: (buffering) => file.setBuffering?.(buffering),
    close: () => {
      registry.unregister(handle);
      openFiles.delete(open);
      return file.close();
    },
  };
  const open = { file, handle: new WeakRef(handle) };
  openFiles.add(open);
  registry.register(handle, open, handle);
  return handle;
}
