"""An S3 server in memory on a free port of 127.0.0.1: prints its address, and ends when standard input does."""

import logging
import sys
import threading

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

logging.getLogger("werkzeug").setLevel(logging.ERROR)

app = DomainDispatcherApplication(create_backend_app)
conditional = threading.Lock()


def one_conditional_put_at_a_time(environ, start_response):
    """S3 looks and writes in one step; moto, whose requests are threads, in two."""
    if "HTTP_IF_NONE_MATCH" not in environ:
        return app(environ, start_response)
    with conditional:
        return app(environ, start_response)


server = make_server("127.0.0.1", 0, one_conditional_put_at_a_time, threaded=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(f"http://127.0.0.1:{server.server_port}", flush=True)
sys.stdin.read()
