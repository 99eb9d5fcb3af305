"""Connects and sends bytes that are no ClientHello: say.py [HEX [SECONDS]]."""
import os
import socket
import sys
import time

address = os.environ["TLS_READINESS_HOST"], int(os.environ["TLS_READINESS_PORT"])
with socket.create_connection(address) as connection:
    connection.sendall(bytes.fromhex(sys.argv[1] if len(sys.argv) > 1 else ""))
    time.sleep(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
