"""A Kafka cluster for tests: the mock of librdkafka, which speaks Kafka's protocol on the loopback.

Prints "brokers HOST:PORT,..." and then answers one line for each line that it is told, until its input ends:
  topic NAME PARTITIONS    makes a topic
  fail API CODE COUNT      the next requests of that kind fail (numbers of Kafka's protocol)
  down ID | up ID          a broker (1, 2, 3) goes, or comes back
"""
import ctypes
import sys

rd = ctypes.CDLL("librdkafka.so.1")
for name in ("rd_kafka_conf_new", "rd_kafka_new", "rd_kafka_mock_cluster_new"):
    getattr(rd, name).restype = ctypes.c_void_p
rd.rd_kafka_mock_cluster_bootstraps.restype = ctypes.c_char_p
rd.rd_kafka_new.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]
rd.rd_kafka_mock_cluster_new.argtypes = [ctypes.c_void_p, ctypes.c_int]
rd.rd_kafka_mock_cluster_bootstraps.argtypes = [ctypes.c_void_p]
rd.rd_kafka_mock_topic_create.argtypes = [
    ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_int]
rd.rd_kafka_mock_broker_set_down.argtypes = [ctypes.c_void_p, ctypes.c_int32]
rd.rd_kafka_mock_broker_set_up.argtypes = [ctypes.c_void_p, ctypes.c_int32]
rd.rd_kafka_mock_push_request_errors_array.argtypes = [
    ctypes.c_void_p, ctypes.c_int16, ctypes.c_size_t, ctypes.POINTER(ctypes.c_int)]

error = ctypes.create_string_buffer(512)
PRODUCER = 0
client = rd.rd_kafka_new(PRODUCER, rd.rd_kafka_conf_new(), error, len(error))
cluster = rd.rd_kafka_mock_cluster_new(client, 3)
print("brokers", rd.rd_kafka_mock_cluster_bootstraps(cluster).decode(), flush=True)

for line in sys.stdin:
    command, *words = line.split()
    if command == "topic":
        code = rd.rd_kafka_mock_topic_create(cluster, words[0].encode(), int(words[1]), 1)
    elif command == "fail":
        codes = (ctypes.c_int * int(words[2]))(*[int(words[1])] * int(words[2]))
        rd.rd_kafka_mock_push_request_errors_array(cluster, int(words[0]), len(codes), codes)
        code = 0
    elif command == "down":
        code = rd.rd_kafka_mock_broker_set_down(cluster, int(words[0]))
    else:
        code = rd.rd_kafka_mock_broker_set_up(cluster, int(words[0]))
    print("done", code, flush=True)
