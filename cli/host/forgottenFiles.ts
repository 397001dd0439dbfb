/** Files that a program no longer refers to are closed, as Lua's `__gc` of files does. */
import type { HostFile } from "../../runtime/host.ts";

const registry = new FinalizationRegistry<HostFile>((file) => {
  file.close();
});

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
      return file.close();
    },
  };
  registry.register(handle, file, handle);
  return handle;
}
