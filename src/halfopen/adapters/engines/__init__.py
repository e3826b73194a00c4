"""llama.cpp as a supervised child process: started for a GGUF file, watched, restarted, stopped with the gateway."""

from halfopen.adapters.engines.supervisor import EngineTrouble, Supervisor, free_port

__all__ = ["EngineTrouble", "Supervisor", "free_port"]
